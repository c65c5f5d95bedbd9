package io.zanzara.fuzz;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Compares values by what is in them, arrays too, which a record compares by identity. */
final class Alike {

    private static final Map<Class<?>, RecordComponent[]> COMPONENTS = new ConcurrentHashMap<>();

    private Alike() {}

    static boolean alike(@Nullable Object one, @Nullable Object other) {
        if (one == null || other == null || one.getClass() != other.getClass()) {
            return one == other;
        }
        if (one instanceof byte[] bytes) {
            return Arrays.equals(bytes, (byte[]) other);
        }
        if (one instanceof int[] numbers) {
            return Arrays.equals(numbers, (int[]) other);
        }
        if (one instanceof List<?> list) {
            return alikeLists(list, (List<?>) other);
        }
        return one instanceof Record ? alikeRecords(one, other) : Objects.equals(one, other);
    }

    private static boolean alikeLists(List<?> one, List<?> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (!alike(one.get(i), other.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean alikeRecords(Object one, Object other) {
        for (RecordComponent component : COMPONENTS.computeIfAbsent(one.getClass(), Class::getRecordComponents)) {
            try {
                if (!alike(
                        component.getAccessor().invoke(one),
                        component.getAccessor().invoke(other))) {
                    return false;
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return true;
    }
}
