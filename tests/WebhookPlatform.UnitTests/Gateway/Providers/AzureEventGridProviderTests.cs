using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class AzureEventGridProviderTests : ProviderContract
{
    private const string Validation = """[{"id":"v1","eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","data":{"validationCode":"0b\"7e"}}]""";

    protected override IWebhookProvider Provider { get; } = new AzureEventGridProvider();

    protected override string ProofHeader => "X-Hook-Secret";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override VerificationFailure Mismatch => VerificationFailure.TokenMismatch;

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) => headers[ProofHeader] = secret;

    protected override Source Configure(Source source) => source with { Header = ProofHeader };

    [Theory]
    [InlineData("?code=abc%2B1", null)]
    [InlineData("?secret=abc+1", null)]
    [InlineData("?code=abc+1&secret=wrong", null)]
    [InlineData("?code=wrong&secret=abc+1", VerificationFailure.TokenMismatch)]
    [InlineData("?code=abc+1&code=abc+1", VerificationFailure.MalformedHeader)]
    [InlineData("?code=abc", VerificationFailure.TokenMismatch)]
    [InlineData("?", VerificationFailure.MissingHeader)]
    public void Secret_may_be_in_the_query(string query, VerificationFailure? expected) => Assert.Equal(expected, Verify(Post("[]", query), "abc+1").Failure);

    [Fact]
    public void Header_that_proves_nothing_is_not_made_good_by_the_query() =>
        Assert.Equal(VerificationFailure.TokenMismatch, Verify(SignedRequest(Body, OtherSecret) with { Query = $"?code={Secret}" }, Secret).Failure);

    [Theory]
    [InlineData("Bearer abc", true)]
    [InlineData("abc", true)]
    [InlineData("Basic abc", false)]
    public void Authorization_takes_the_secret_alone_or_as_bearer(string header, bool accepted)
    {
        var request = Post("[]", "");
        request.Headers.Authorization = header;

        Assert.Equal(accepted, Provider.Verify(request, SourceWith("abc") with { Header = "Authorization" }, Now).IsValid);
    }

    [Fact]
    public void Empty_secret_is_never_accepted() => Assert.False(Verify(Post("[]", "?code="), "").IsValid);

    [Fact]
    public void Subscription_is_validated_once_it_is_proven()
    {
        var request = Post(Validation, "", ("aeg-event-type", "SubscriptionValidation"));

        Assert.Null(Provider.AnswerUnsigned(request, SourceWith(Secret)));
        Assert.Equal(new HandshakeResponse(200, "application/json", """{"validationResponse":"0b\u00227e"}"""), Provider.AnswerSigned(request, SourceWith(Secret)));
        Assert.Equal(200, Provider.AnswerUnsigned(request, SourceWith())?.StatusCode);
    }

    [Theory]
    [InlineData("Notification", Validation)]
    [InlineData("SubscriptionValidation", "[]")]
    [InlineData("SubscriptionValidation", "{}")]
    [InlineData("SubscriptionValidation", "[")]
    [InlineData("SubscriptionValidation", """[{"data":{}}]""")]
    public void What_is_no_validation_is_a_webhook(string kind, string body) =>
        Assert.Null(Provider.AnswerSigned(Post(body, "", ("aeg-event-type", kind)), SourceWith(Secret)));

    [Theory]
    [InlineData("eventgrid.azure.net", "", true)]
    [InlineData("eventgrid.azure.net", "?code=right", true)]
    [InlineData("eventgrid.azure.net", "?code=wrong", false)]
    [InlineData("eventgrid.example.com", "?code=right", false)]
    public void Event_grid_may_deliver_cloud_events_unless_its_secret_is_wrong(string origin, string query, bool granted) =>
        Assert.Equal(granted, Provider.AnswerUnsigned(Post("", query, ("WebHook-Request-Origin", origin)) with { Method = "OPTIONS" }, SourceWith("right")) is { StatusCode: 200 });

    [Fact]
    public void Items_of_a_batch_have_keys_and_one_bad_item_does_not_lose_its_neighbours()
    {
        var webhook = Read($"[{Blob("1", "Created", "c/blobs/a")}, 7, null, {Blob("2", "Created", "c")}, {Blob("3", "Deleted", "c/blobs/b/blobs/c")}]");

        Assert.Equal((null, "batch"), (webhook.EventId, webhook.EventType));
        Assert.Equal([("FileUploaded", "c/a", "1"), ("FileDeleted", "c/b/blobs/c", "3")], webhook.Events.Select(draft => (draft.Name, draft.Subject, draft.Key!)));
    }

    [Theory]
    [InlineData("CreateFile", 0)]
    [InlineData("SftpCreate", 0)]
    [InlineData("FlushWithClose", 1)]
    [InlineData("SftpCommit", 1)]
    [InlineData("CopyBlob", 1)]
    public void File_counts_when_it_is_complete(string api, int events) => Assert.Equal(events, Read($"[{Blob("1", "Created", "c/blobs/a", api)}]").Events.Count);

    [Fact]
    public void Event_has_the_same_id_alone_and_in_any_batch()
    {
        var (alone, among) = (Read($"[{Blob("1", "Created", "c/blobs/a")}]"), Read($"[{Blob("0", "Created", "c/blobs/z")},{Blob("1", "Created", "c/blobs/a")}]"));

        Assert.Equal("1", alone.EventId);
        Assert.Equal(alone.Events[0].Key, among.Events[1].Key);
    }

    private static string Blob(string id, string kind, string path, string api = "PutBlob") =>
        $$$"""{"id":"{{{id}}}","eventType":"Microsoft.Storage.Blob{{{kind}}}","subject":"/blobServices/default/containers/{{{path}}}","data":{"api":"{{{api}}}"}}""";

    private static RawRequest Post(string body, string query, params (string Name, string Value)[] headers)
    {
        var all = new HeaderDictionary();
        foreach (var (name, value) in headers)
        {
            all[name] = value;
        }

        return new RawRequest("POST", query, all, System.Text.Encoding.UTF8.GetBytes(body));
    }
}
