package io.zanzara.service.engine;

/** A setting has a value that is well-formed but not allowed. The message is one sentence that names setting, value and what is allowed. */
public final class InvalidSettingException extends RuntimeException {

    private static final long serialVersionUID = 1;

    InvalidSettingException(String setting, Object value, String allowed) {
        super(setting + " is '" + value + "' but must be " + allowed + ".");
    }
}
