package io.zanzara.moquette.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;

/** Makes an object of a class that the configuration names. */
public final class Named {

    private Named() {}

    /**
     * Calls the constructor that takes {@code argument}, or else the one that takes nothing.
     *
     * @param key where the class is named, for the message
     * @param argumentType the type by which the constructor is found
     * @throws IllegalArgumentException if that can't be done; Moquette goes on without it then, and so without the access control it was to be
     */
    public static <T, A> T make(
            String key, String className, Class<T> type, Class<A> argumentType, A argument, ClassLoader loader) {
        try {
            Class<? extends T> named = loader.loadClass(className).asSubclass(type);
            Constructor<? extends T> constructor;
            try {
                constructor = named.getConstructor(argumentType);
            } catch (NoSuchMethodException e) {
                return named.getDeclaredConstructor().newInstance();
            }
            return constructor.newInstance(argument);
        } catch (InvocationTargetException e) {
            throw wrong(key, className, "failed: " + e.getCause(), e);
        } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
            throw wrong(key, className, "can't be made: " + e, e);
        }
    }

    private static IllegalArgumentException wrong(String key, String className, String what, Throwable cause) {
        return new IllegalArgumentException(key + ": an object of the class " + className + " " + what, cause);
    }
}
