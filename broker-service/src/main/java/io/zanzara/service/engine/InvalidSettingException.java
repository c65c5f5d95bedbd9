package io.zanzara.service.engine;

/** A setting has a value that is well-formed but not allowed. The message is one sentence that names setting, value and what is allowed. */
public final class InvalidSettingException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * Makes the sentence.
     *
     * @param setting its full name
     * @param value as it is, or a word in the place of a secret
     * @param allowed how the sentence goes on behind "must be", without its full stop
     */
    public InvalidSettingException(String setting, Object value, String allowed) {
        super(setting + " is '" + value + "' but must be " + allowed + ".");
    }
}
