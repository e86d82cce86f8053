using WebhookPlatform.EndToEndTests;

[assembly: AssemblyFixture(typeof(Platform))]

// The tests share one platform, and some kill its processes.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
