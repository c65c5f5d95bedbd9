package io.zanzara.contract;

/**
 * What every {@link io.zanzara.store.Store} must do. A test class of a store implements this and {@link StoreFixture}'s two methods; what is
 * tested for one store only stands in a class of its own and says why in its first line.
 */
interface StoreContract
        extends LifecycleContract,
                QueueContract,
                SessionContract,
                IncomingContract,
                RetainedContract,
                ReleaseContract,
                RandomHistoryContract {}
