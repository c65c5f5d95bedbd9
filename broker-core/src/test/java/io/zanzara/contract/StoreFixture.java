package io.zanzara.contract;

import io.zanzara.store.Store;

/** How one kind of store is made for a test; each test gets a new one. */
interface StoreFixture {

    /** Returns a store without contents that is not open yet. */
    Store newStore();

    /**
     * Returns the store that a restarted broker would open.
     *
     * @param closed what {@link #newStore} or this method returned; the test has closed it
     */
    Store reopened(Store closed);
}
