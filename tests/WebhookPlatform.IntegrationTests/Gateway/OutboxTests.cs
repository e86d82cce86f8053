using System.Text;
using WebhookPlatform.Messaging;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway;

/// <summary>What stands in the outbox and can never be published.</summary>
public sealed class OutboxTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Received = """{"metadata":{"eventId":"00000000-0000-0000-0000-000000000001"},"type":"x","events":[]}""";

    [Theory]
    [InlineData("WebhookReceived", "this is not JSON")]
    [InlineData("WebhookReceived", """{"cut":""")]
    [InlineData("WebhookReceived", """{"two":1}{"documents":2}""")]
    [InlineData("EventOfAnotherVersion", "{}")]
    [InlineData("Bundle", """{"messages":[{"messageId":"no-id","name":"WebhookReceived","body":{}}]}""")]
    [InlineData("Bundle", """[1,2]""")]
    public async Task A_broken_row_is_set_aside_and_its_neighbours_are_published(string name, string body)
    {
        var (before, broken, after) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await fixture.ExecuteAsync(
            "INSERT INTO outbox (message_id, name, body) VALUES ($1, 'WebhookReceived', $2), ($3, $4, $5), ($6, 'WebhookReceived', $2)",
            before, Encoding.UTF8.GetBytes(Received), broken, name, Encoding.UTF8.GetBytes(body), after);

        var published = await fixture.DrainAsync(Topology.Automation, expected: 2);

        Assert.Equal([before.ToString(), after.ToString()], published.Take(2));
        await Eventually.IsTrue(async () => await fixture.QueryAsync<long>("SELECT count(*) FROM outbox WHERE error IS NULL AND name <> 'IngressTallied'") == 0);
        Assert.Equal(body, Encoding.UTF8.GetString(await fixture.QueryAsync<byte[]>("SELECT body FROM outbox WHERE message_id = $1 AND error IS NOT NULL", broken)));
    }

    [Fact]
    public async Task Of_a_packed_row_only_what_is_broken_is_set_aside()
    {
        var (before, broken, after) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var row = $$"""{"messages":[{{Message(before, "WebhookReceived")}},{{Message(broken, "EventOfAnotherVersion")}},{{Message(after, "WebhookReceived")}}]}""";
        await fixture.ExecuteAsync("INSERT INTO outbox (message_id, name, body) VALUES ($1, 'Bundle', $2)", before, Encoding.UTF8.GetBytes(row));

        var published = await fixture.DrainAsync(Topology.Automation, expected: 2);

        Assert.Equal([before.ToString(), after.ToString()], published);
        Assert.Equal("EventOfAnotherVersion", await Eventually.Is(
            async () => await fixture.QueryAsync<long>("SELECT count(*) FROM outbox WHERE message_id = $1", broken) == 1 ? await fixture.QueryAsync<string>("SELECT name FROM outbox WHERE message_id = $1", broken) : "",
            name => name.Length > 0));

        static string Message(Guid id, string name) => $$"""{"messageId":"{{id}}","name":"{{name}}","body":{{Received}}}""";
    }
}
