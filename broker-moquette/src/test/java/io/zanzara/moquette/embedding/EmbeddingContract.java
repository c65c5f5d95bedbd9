package io.zanzara.moquette.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/**
 * What programs that embed Moquette rely on. They are the same for both servers but for the constructor, and where the servers differ the
 * difference has a name in {@link MoquetteDefect}.
 */
@Timeout(30)
interface EmbeddingContract
        extends StartContract,
                SettingsContract,
                InterceptContract,
                HandlerContract,
                AuthenticationContract,
                AuthorizationContract,
                CallsContract,
                TransportContract,
                DurabilityContract,
                DefectContract {

    @AfterEach
    default void endEverything(TestInfo test) throws Exception {
        under().close();
        Shows shows = test.getTestMethod().orElseThrow().getAnnotation(Shows.class);
        assertThat(under().shown())
                .as("defects that the test has shown")
                .isEqualTo(shows == null ? List.of() : List.of(shows.value()));
    }

    /** A defect without a test would go stale. */
    @Test
    default void everyDefectIsShown() {
        assertThat(Arrays.stream(getClass().getMethods())
                        .filter(method -> method.isAnnotationPresent(Shows.class))
                        .map(method -> method.getAnnotation(Shows.class).value()))
                .containsExactlyInAnyOrder(MoquetteDefect.values());
    }
}
