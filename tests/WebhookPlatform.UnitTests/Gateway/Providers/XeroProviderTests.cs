using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class XeroProviderTests : SigningProviderContract
{
    private const string Contact = """
        {"resourceUrl":"https://api.xero.com/api.xro/2.0/Contacts/c1","resourceId":"c1","eventDateUtc":"2026-03-14T15:09:20.123","eventType":"CREATE","eventCategory":"CONTACT","tenantId":"t1","tenantType":"ORGANISATION"}
        """;

    protected override IWebhookProvider Provider { get; } = new XeroProvider();

    protected override string ProofHeader => "x-xero-signature";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    [Fact]
    public void Intent_to_receive_is_answered_with_nothing_and_only_the_signed_way()
    {
        var request = SignedRequest("""{"events":[],"lastEventSequence":0,"firstEventSequence":0,"entropy":"XYZ"}"""u8.ToArray(), Secret);

        Assert.Null(Provider.AnswerUnsigned(request, SourceWith(Secret)));
        Assert.Equal(HandshakeResponse.Empty, Provider.AnswerSigned(request, SourceWith(Secret)));
    }

    [Theory]
    [InlineData("""{"events":[{}],"lastEventSequence":0,"firstEventSequence":0}""")]
    [InlineData("""{"events":[],"lastEventSequence":2,"firstEventSequence":1}""")]
    [InlineData("{}")]
    [InlineData("[")]
    public void Other_webhooks_are_no_handshake_and_also_answered_with_nothing(string body)
    {
        var request = SignedRequest(Encoding.UTF8.GetBytes(body), Secret);

        Assert.Null(Provider.AnswerSigned(request, SourceWith(Secret)));
        Assert.Equal(HandshakeResponse.Empty, Provider.AnswerAccepted(request, SourceWith(Secret)));
    }

    [Fact]
    public void Event_is_the_same_in_another_batch()
    {
        var alone = Read($$"""{"events":[{{Contact}}],"firstEventSequence":1,"lastEventSequence":1,"entropy":"A"}""");
        var among = Read($$"""{"events":[7,{"eventCategory":"INVOICE","eventType":"UPDATE"},{{Contact}}],"firstEventSequence":1,"lastEventSequence":3,"entropy":"B"}""");

        Assert.Equal((null, "CONTACT.CREATE", "c1"), (alone.EventId, alone.EventType, alone.Subject));
        Assert.Equal((null, "batch", null), (among.EventId, among.EventType, among.Subject));
        Assert.Equal(Assert.Single(alone.Events).Key, Assert.Single(among.Events).Key);
    }
}
