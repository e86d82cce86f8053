using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class MetaProviderTests : SigningProviderContract
{
    private const string Asked = "?hub.mode=subscribe&hub.verify_token=let+me+in%21&hub.challenge=11582";

    protected override IWebhookProvider Provider { get; } = new MetaProvider();

    protected override string ProofHeader => "X-Hub-Signature-256";

    protected override IReadOnlyList<string> MalformedProofs => ["sha256=", "sha256=zz", "sha1=" + new string('a', 40), new('a', 64)];

    protected override Source Configure(Source source) =>
        source with { Settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["VerifyToken"] = "let me in!" } };

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))}";

    [Fact]
    public void Challenge_is_sent_back_to_who_knows_the_verify_token() =>
        Assert.Equal(new HandshakeResponse(200, "text/plain", "11582"), Answer(Asked));

    [Theory]
    [InlineData("?hub.mode=subscribe&hub.verify_token=nope&hub.challenge=1")]
    [InlineData("?hub.mode=subscribe&hub.challenge=1")]
    [InlineData("?hub.mode=subscribe&hub.verify_token=&hub.challenge=1")]
    [InlineData("?hub.mode=subscribe&hub.verify_token=first-secret-of-these-tests&hub.challenge=1")]
    public void Others_are_turned_away_without_it(string query) => Assert.Equal(new HandshakeResponse(403), Answer(query));

    [Theory]
    [InlineData("")]
    [InlineData("?hub.mode=unsubscribe&hub.verify_token=let+me+in%21&hub.challenge=1")]
    [InlineData("?hub.mode=subscribe&hub.verify_token=let+me+in%21")]
    public void What_asks_for_nothing_is_not_answered(string query) => Assert.Null(Answer(query));

    [Fact]
    public void Without_a_verify_token_and_by_other_methods_nothing_is_answered()
    {
        Assert.Null(Provider.AnswerUnsigned(new RawRequest("GET", Asked, new HeaderDictionary(), default), SourceWith(Secret) with { Settings = new Dictionary<string, string>(StringComparer.Ordinal) }));
        Assert.Null(Provider.AnswerUnsigned(new RawRequest("POST", Asked, new HeaderDictionary(), default), SourceWith(Secret)));
    }

    [Fact]
    public void Message_is_one_event_in_whatever_batch_it_comes()
    {
        const string Message = """{"from":"1","id":"wamid.1","timestamp":"1773500966","type":"text","text":{"body":"hi"}}""";
        var alone = Read(WhatsApp(Message));
        var among = Read(WhatsApp($$"""{{Message}},{"from":"2","id":"wamid.2","type":"text"},{"id":"wamid.3"}"""));

        Assert.Null(alone.EventId);
        Assert.Equal("wamid.1", Assert.Single(alone.Events).Key);
        Assert.Equal(["wamid.1", "wamid.2"], among.Events.Select(draft => draft.Key));
    }

    private HandshakeResponse? Answer(string query) => Provider.AnswerUnsigned(new RawRequest("GET", query, new HeaderDictionary(), default), SourceWith(Secret));

    private static string WhatsApp(string messages) =>
        $$$"""{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"messages":[{{{messages}}}] } }] }] }""";
}
