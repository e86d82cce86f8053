using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

/// <summary>The proof is in every item of the body, so the contract about headers does not fit.</summary>
public sealed class MicrosoftGraphProviderTests
{
    private static readonly MicrosoftGraphProvider Provider = new();

    [Theory]
    [InlineData("""{"value":[{"clientState":"one"}]}""", null)]
    [InlineData("""{"value":[{"clientState":"two"},{"clientState":"one"}]}""", null)]
    [InlineData("""{"value":[{"clientState":"wrong"}]}""", VerificationFailure.TokenMismatch)]
    [InlineData("""{"value":[{"clientState":"one"},{"clientState":"wrong"}]}""", VerificationFailure.TokenMismatch)]
    [InlineData("""{"value":[{"clientState":"one"},{}]}""", VerificationFailure.MissingHeader)]
    [InlineData("""{"value":[{"clientState":"one"},7]}""", VerificationFailure.MissingHeader)]
    [InlineData("""{"value":[{"clientState":""}]}""", VerificationFailure.MissingHeader)]
    [InlineData("""{"value":[{"clientState":["one"]}]}""", VerificationFailure.MissingHeader)]
    [InlineData("""{"value":[{"clientState":"one","clientState":"wrong"}]}""", VerificationFailure.TokenMismatch)]
    [InlineData("""{"clientState":"one","value":[]}""", VerificationFailure.MissingHeader)]
    [InlineData("""{"value":{"clientState":"one"}}""", VerificationFailure.MissingHeader)]
    [InlineData("[", VerificationFailure.MalformedHeader)]
    [InlineData("", VerificationFailure.MalformedHeader)]
    public void Every_item_has_to_have_a_secret_of_the_source(string body, VerificationFailure? expected) =>
        Assert.Equal(expected, Provider.Verify(Post(body), SourceWith("one", "two"), default).Failure);

    [Fact]
    public void Second_of_two_secrets_is_told() =>
        Assert.Equal(Verification.Valid(1), Provider.Verify(Post("""{"value":[{"clientState":"two"}]}"""), SourceWith("one", "two"), default));

    [Fact]
    public void Nothing_is_accepted_without_a_secret()
    {
        Assert.False(Provider.Verify(Post("""{"value":[{"clientState":"one"}]}"""), SourceWith(), default).IsValid);
        Assert.False(Provider.Verify(Post("""{"value":[{"clientState":""}]}"""), SourceWith(""), default).IsValid);
        Assert.NotEmpty(((IWebhookProvider)Provider).Validate(SourceWith()));
        Assert.Empty(((IWebhookProvider)Provider).Validate(SourceWith("one")));
    }

    [Theory]
    [InlineData("?validationToken=Check%3a+me+%26+you%2B", "Check: me & you+")]
    [InlineData("?other=1&validationToken=%3Cscript%3E", "<script>")]
    [InlineData("?validationToken=", null)]
    [InlineData("?", null)]
    [InlineData("", null)]
    public void Address_is_validated_by_sending_the_token_back_as_plain_text(string query, string? expected)
    {
        var answer = Provider.AnswerUnsigned(Post("") with { Query = query }, SourceWith("one"));

        Assert.Equal(expected is null ? null : new HandshakeResponse(200, "text/plain", expected), answer);
        Assert.Null(Provider.AnswerUnsigned(Post("{}") with { Query = query }, SourceWith("one")));
        Assert.Null(Provider.AnswerUnsigned(Post("") with { Query = query, Method = "GET" }, SourceWith("one")));
    }

    [Theory]
    [InlineData("chats('19:a@thread.v2')/messages('1')", "19:a@thread.v2")]
    [InlineData("teams('t')/channels('19:b@thread.tacv2')/messages('1')", "19:b@thread.tacv2")]
    [InlineData("/teams('t')/channels('19:b@thread.tacv2')/messages('1')/replies('2')", "19:b@thread.tacv2")]
    [InlineData("chats('')/messages('1')", null)]
    [InlineData("chats(')/messages('1')", null)]
    [InlineData("chats/19:a@thread.v2/messages/1", null)]
    [InlineData("", null)]
    public void Message_in_teams_is_told_when_its_conversation_is_named(string resource, string? conversation)
    {
        var webhook = Read($$$"""{"value":[{"changeType":"created","resource":"{{{resource}}}","resourceData":{"id":"m","@odata.type":"#Microsoft.Graph.chatMessage"}}]}""");

        Assert.Equal(conversation is null ? [] : [$"{conversation}/m"], webhook.Events.Select(draft => draft.Key));
    }

    [Theory]
    [InlineData("""{"id":"n"}""", "n")]
    [InlineData("""{"subscriptionId":"s","changeType":"updated","resource":"r","resourceData":{"@odata.etag":"W/1"}}""", "s updated r W/1")]
    [InlineData("""{"subscriptionId":"s","changeType":"updated","resource":"r","resourceData":{}}""", null)]
    [InlineData("""{"changeType":"updated","resource":"r","resourceData":{"@odata.etag":"W/1"}}""", null)]
    public void Notification_is_known_by_its_id_or_by_what_changed_to_which_version(string item, string? id) =>
        Assert.Equal(id, Read($$"""{"value":[{{item}}]}""").EventId);

    [Fact]
    public void Several_notifications_have_no_id_and_a_type_of_their_own_when_theirs_differ()
    {
        var webhook = Read("""{"value":[{"id":"1","changeType":"created"},{"id":"2","lifecycleEvent":"missed"}]}""");

        Assert.Equal((null, "batch", null), (webhook.EventId, webhook.EventType, webhook.Subject));
        Assert.Same(Webhook.Unreadable, Read("""{"value":[]}"""));
    }

    private static Webhook Read(string body) => Provider.Read(Post(body), SourceWith("one"));

    private static RawRequest Post(string body) => new("POST", "", new HeaderDictionary(), Encoding.UTF8.GetBytes(body));

    private static Source SourceWith(params string[] secrets) =>
        new() { Name = "s", Provider = Provider, Secrets = [.. secrets.Select(secret => new SourceSecret(secret))] };
}
