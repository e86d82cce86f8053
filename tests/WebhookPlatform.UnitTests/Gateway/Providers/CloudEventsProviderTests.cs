using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class CloudEventsProviderTests : ProviderContract
{
    private const string Structured = "application/cloudevents+json";
    private const string Batch = "application/cloudevents-batch+json";

    protected override IWebhookProvider Provider { get; } = new CloudEventsProvider();

    protected override string ProofHeader => "Authorization";

    protected override IReadOnlyList<string> MalformedProofs => [Secret, "Bearer", $"Basic {Secret}"];

    protected override VerificationFailure Mismatch => VerificationFailure.TokenMismatch;

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) => headers[ProofHeader] = $"Bearer {secret}";

    [Fact]
    public void Token_may_be_in_the_query_but_not_beside_a_wrong_header()
    {
        var request = SignedRequest(Body, OtherSecret) with { Query = $"?access_token={Secret}" };
        Assert.Equal(VerificationFailure.TokenMismatch, Verify(request, Secret).Failure);

        request.Headers.Remove(ProofHeader);
        Assert.True(Verify(request, Secret).IsValid);
    }

    [Theory]
    [InlineData(Structured, true)]
    [InlineData(Batch, true)]
    [InlineData("application/json", true)]
    [InlineData("text/plain", true)]
    [InlineData("application/vnd.example+xml", true)]
    [InlineData("application/cloudevents+xml", false)]
    [InlineData("application/cloudevents+avro", false)]
    [InlineData("application/cloudevents-batch+protobuf", false)]
    [InlineData("application/cloudevents", false)]
    public void Formats_of_events_that_are_not_understood_are_refused(string mediaType, bool taken) => Assert.Equal(taken, Provider.Takes(mediaType));

    [Theory]
    [InlineData("events.example.com, shop.example.com", "shop.example.com", "shop.example.com")]
    [InlineData("shop.example.com", "SHOP.example.com", "shop.example.com")]
    [InlineData("*", "anybody.example.com", "*")]
    [InlineData("shop.example.com", "evil.shop.example.com", null)]
    [InlineData("shop.example.com", "", null)]
    [InlineData(null, "shop.example.com", null)]
    [InlineData(",", "shop.example.com", null)]
    public void Senders_that_ask_are_let_in_when_they_are_expected(string? allowed, string asking, string? granted)
    {
        var source = WithOrigins(allowed);
        var answer = Provider.AnswerUnsigned(Options(("WebHook-Request-Origin", asking), ("WebHook-Request-Rate", "120")), source);

        Assert.Equal(granted, answer?.Headers.Single(header => header.Key == "WebHook-Allowed-Origin").Value);
        Assert.True(answer is null || answer is { StatusCode: 200, ContentType: null } && answer.Headers.Contains(new("WebHook-Allowed-Rate", "*")) && answer.Headers.Contains(new("Allow", "POST")));
        Assert.Null(Provider.AnswerUnsigned(Options(("WebHook-Request-Origin", asking)) with { Method = "POST" }, source));
    }

    [Fact]
    public void Asking_without_an_origin_or_with_several_is_not_answered()
    {
        Assert.Null(Provider.AnswerUnsigned(Options(), WithOrigins("*")));

        var request = Options();
        request.Headers["WebHook-Request-Origin"] = new(["a.example.com", "b.example.com"]);
        Assert.Null(Provider.AnswerUnsigned(request, WithOrigins("*")));
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("a.example.com, b.example.com", true)]
    [InlineData("https://a.example.com", false)]
    [InlineData("a.example.com/path", false)]
    public void Origins_have_to_be_host_names(string origins, bool usable) => Assert.Equal(usable, !Provider.Validate(WithOrigins(origins)).Any());

    [Fact]
    public void Event_has_the_same_id_however_it_comes()
    {
        const string Json = """{"specversion":"1.0","id":"1","source":"/s","type":"t","data":{}}""";
        List<string?> ids =
        [
            ReadAs(Structured, Json).EventId,
            ReadAs(Batch, $"[{Json}]").EventId,
            ReadAs("application/json", "{}", ("ce-id", "1"), ("ce-source", "/s"), ("ce-type", "t")).EventId,
        ];

        Assert.All(ids, id => Assert.Equal("/s 1", id));
    }

    [Fact]
    public void Source_and_id_are_both_needed_and_not_confused()
    {
        Assert.Null(ReadAs(Structured, """{"id":"1"}""").EventId);
        Assert.Null(ReadAs("text/plain", "x", ("ce-source", "/s")).EventId);
        Assert.NotEqual(ReadAs(Structured, """{"id":"b/1","source":"/a"}""").EventId, ReadAs(Structured, """{"id":"1","source":"/a/b"}""").EventId);
    }

    [Fact]
    public void Long_source_makes_a_short_id_that_differs_by_id()
    {
        var source = new string('s', 300);
        var (one, two) = (ReadAs("text/plain", "x", ("ce-source", source), ("ce-id", "1")).EventId, ReadAs("text/plain", "x", ("ce-source", source), ("ce-id", "2")).EventId);

        Assert.Equal(64, one!.Length);
        Assert.NotEqual(one, two);
    }

    [Theory]
    [InlineData(Structured, """{"id":"1","source":"/s","type":"paid","time":"2026-04-02T08:15:00Z","data":{"order":"o1","cents":5}}""")]
    [InlineData(Batch, """[{"id":"1","source":"/s","type":"paid","time":"2026-04-02T08:15:00Z","data":{"order":"o1","cents":5}}]""")]
    [InlineData("application/json", """{"order":"o1","cents":5}""")]
    [InlineData("application/json", "\uFEFF{\"order\":\"o1\",\"cents\":5}")]
    public void Declared_mapping_sees_the_same_event_in_every_mode(string mediaType, string body)
    {
        var draft = Assert.Single(ReadAs(mediaType, body, ("ce-id", "1"), ("ce-source", "/s"), ("ce-type", "paid"), ("ce-time", "2026-04-02T08:15:00Z")).Events);

        Assert.Equal((nameof(PaymentCompleted), "o1", "/s 1"), (draft.Name, draft.Subject, draft.Key));
        Assert.Equal(new DateTimeOffset(2026, 4, 2, 8, 15, 0, TimeSpan.Zero), draft.OccurredAt);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("{}{}")]
    public void Binary_data_that_is_no_json_gives_no_mapped_event(string body) =>
        Assert.Empty(ReadAs("text/plain", body, ("ce-id", "1"), ("ce-source", "/s"), ("ce-type", "paid")).Events);

    [Fact]
    public void Items_of_a_batch_have_keys_and_one_bad_item_does_not_lose_its_neighbours()
    {
        var webhook = ReadAs(Batch, """
            [{"id":"1","source":"/s","type":"paid","data":{"order":"o1","cents":5}}, 7, null, {"id":"2","source":"/s","type":"paid","data":{"order":"o2"}},
             {"id":"3","source":"/s","type":"paid","data":{"order":"o3","cents":7}}]
            """);

        Assert.Equal((null, "batch"), (webhook.EventId, webhook.EventType));
        Assert.Equal(["/s 1", "/s 3"], webhook.Events.Select(draft => draft.Key), StringComparer.Ordinal);
    }

    private static RawRequest Options(params (string Name, string Value)[] headers)
    {
        var all = new HeaderDictionary();
        foreach (var (name, value) in headers)
        {
            all[name] = value;
        }

        return new RawRequest("OPTIONS", "", all, default);
    }

    private Source WithOrigins(string? origins) => SourceWith(Secret) with
    {
        Settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["AllowedOrigins"] = origins ?? "" },
    };

    private Webhook ReadAs(string mediaType, string body, params (string Name, string Value)[] headers)
    {
        var rule = new MappingRule(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["type"] = "paid" },
            nameof(PaymentCompleted),
            new Dictionary<string, string>(StringComparer.Ordinal) { ["PaymentId"] = "data.order", ["Amount"] = "data.cents", ["Currency"] = "=EUR" });
        var request = Options(headers) with { Method = "POST", Body = Encoding.UTF8.GetBytes(body) };
        request.Headers.ContentType = mediaType;
        return Provider.Read(request, SourceWith(Secret) with { Mapping = FieldMapping.None with { Rules = [rule] } });
    }
}
