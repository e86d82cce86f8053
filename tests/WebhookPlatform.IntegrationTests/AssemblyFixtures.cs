using WebhookPlatform.TestKit;

[assembly: AssemblyFixture(typeof(TestServers))]
