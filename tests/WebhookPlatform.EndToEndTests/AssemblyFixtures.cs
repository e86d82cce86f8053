using WebhookPlatform.EndToEndTests;
using WebhookPlatform.TestKit;

[assembly: AssemblyFixture(typeof(TestServers))]
[assembly: AssemblyFixture(typeof(Platform))]

// The tests share one platform, and some kill its processes.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
