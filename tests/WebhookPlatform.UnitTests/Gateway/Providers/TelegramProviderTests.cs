using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class TelegramProviderTests : ProviderContract
{
    protected override IWebhookProvider Provider { get; } = new TelegramProvider();

    protected override string ProofHeader => "X-Telegram-Bot-Api-Secret-Token";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override VerificationFailure Mismatch => VerificationFailure.TokenMismatch;

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) => headers[ProofHeader] = secret;

    [Fact]
    public void Update_is_answered_with_nothing_because_an_answer_would_be_carried_out() =>
        Assert.Equal(HandshakeResponse.Empty, Provider.AnswerAccepted(SignedRequest(Body, Secret), SourceWith(Secret)));

    [Theory]
    [InlineData("""{"update_id":1,"callback_query":{"id":"c1"}}""", "callback_query")]
    [InlineData("""{"update_id":1,"my_chat_member":{"date":1773500966}}""", "my_chat_member")]
    [InlineData("""{"update_id":1,"chat_boost":{"boost":{"boost_id":"b"}}}""", "chat_boost")]
    [InlineData("""{"update_id":1,"new_kind":{"id":1}}""", "unknown")]
    [InlineData("""{"update_id":1,"message":{"message_id":1}}""", "message")]
    public void Type_is_the_field_that_is_there_and_without_a_chat_there_is_no_event(string body, string type)
    {
        var webhook = Read(body);

        Assert.Equal(("1", type), (webhook.EventId, webhook.EventType));
        Assert.Empty(webhook.Events);
    }
}
