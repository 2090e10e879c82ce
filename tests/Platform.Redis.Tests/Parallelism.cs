// Most of these tests wait: for leases to end, for servers that hang or come back. One more at a time than there are cores costs nobody anything.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
