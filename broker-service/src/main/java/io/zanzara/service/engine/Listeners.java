package io.zanzara.service.engine;

import io.zanzara.access.Listener;
import java.util.List;

/**
 * Where the broker listens.
 *
 * @param all at least one; the first is the one that is spoken of where only one can be
 */
public record Listeners(List<Listener> all) {}
