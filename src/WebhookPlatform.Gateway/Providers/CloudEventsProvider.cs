using System.Buffers;
using System.Text.Json;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Mapping;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Whoever delivers CloudEvents over HTTP (github.com/cloudevents/spec: <c>http-protocol-binding.md</c>, <c>http-webhook.md</c>), proven by a bearer token in <c>Authorization</c> or in the query as <c>access_token</c>.
/// An event comes structured (JSON), binary (its attributes in <c>ce-</c> headers, the body is its data) or in a batch; source and id together identify it, however it comes.
/// A declared mapping sees every event as if it had come structured: <c>type</c>, <c>subject</c>, <c>data.orderId</c>.
/// </summary>
public sealed class CloudEventsProvider : IWebhookProvider
{
    private const string AnyFormat = "application/cloudevents";
    private const string Structured = "application/cloudevents+json";
    private const string Batch = "application/cloudevents-batch+json";
    private const string Origins = "AllowedOrigins";

    private static readonly string[] Attributes = ["specversion", "id", "source", "type", "subject", "time"];

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Id = Fields.Add("id");
    private static readonly JsonField From = Fields.Add("source");
    private static readonly JsonField Type = Fields.Add("type");
    private static readonly JsonField Subject = Fields.Add("subject");
    private static readonly JsonField Time = Fields.Add("time");

    public string Name => "cloudevents";

    public IReadOnlyList<string> MediaTypes { get; } = [Structured, Batch, "application/json"];

    public IReadOnlyList<string> KeptHeaders { get; } = [.. Attributes.Select(attribute => $"ce-{attribute}")];

    public IReadOnlyList<ProviderSetting> Settings { get; } =
    [
        new(Origins, "Host names, with commas between, of senders that ask with OPTIONS whether they may deliver (WebHook-Request-Origin), or * for all; without it none of them may."),
    ];

    /// <summary>In binary mode data may be of any type; only formats of events that are not understood are none of ours.</summary>
    public bool Takes(string mediaType) => mediaType is Structured or Batch || !mediaType.StartsWith(AnyFormat, StringComparison.Ordinal);

    public IEnumerable<string> Validate(Source source) =>
    [
        .. SourceChecks.Secrets(source),
        .. OriginsOf(source).Where(origin => !IsOrigin(origin)).Select(origin => $"Settings:{Origins} has '{origin}': write host names without scheme or path, e.g. events.example.com."),
        .. MappingChecks.Find(source.Mapping),
    ];

    public HandshakeResponse? AnswerUnsigned(in RawRequest request, Source source) =>
        request.Method is "OPTIONS" ? DeliveryConsent.Answer(request, OriginsOf(source)) : null;

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => BearerToken.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source) => request.MediaType switch
    {
        Structured => One(request.Body.Span, source.Mapping),
        Batch => Several(request.Body.Span, source.Mapping),
        _ => Binary(request, source.Mapping),
    };

    private static Webhook One(ReadOnlySpan<byte> body, FieldMapping mapping)
    {
        var json = Fields.Read(body);
        if (!json.IsReadable)
        {
            return Webhook.Unreadable;
        }

        var id = CompositeId.Of(json.Text(From), json.Text(Id));
        var at = json.Time(Time);
        var drafts = Drafts(body, mapping, id, at);
        return new Webhook(id, json.Name(Type) ?? Webhook.UnknownType, at, SubjectOf(drafts, json.Name(Subject), json.Name(From)), drafts);
    }

    private static Webhook Several(ReadOnlySpan<byte> body, FieldMapping mapping)
    {
        if (!JsonArray.TryRead(body, out var items))
        {
            return Webhook.Unreadable;
        }

        var batch = new BatchReading();
        foreach (var item in items)
        {
            batch.Add(One(item, mapping));
        }

        return batch.ToWebhook();
    }

    private static Webhook Binary(in RawRequest request, FieldMapping mapping)
    {
        var (source, type, subject) = (Attribute(request, "source"), CleanText.Name(Attribute(request, "type")), CleanText.Name(Attribute(request, "subject")));
        var id = CompositeId.Of(source, Attribute(request, "id"));
        var at = PayloadTime.Parse(Attribute(request, "time"));
        var drafts = mapping.Rules.Count == 0 ? [] : Drafts(AsStructured(request), mapping, id, at);
        return new Webhook(id, type ?? Webhook.UnknownType, at, SubjectOf(drafts, subject, CleanText.Name(source)), drafts);
    }

    private static IReadOnlyList<EventDraft> Drafts(ReadOnlySpan<byte> structured, FieldMapping mapping, string? id, DateTimeOffset? at) =>
        mapping.Rules.Count == 0 ? [] : [.. CompiledMapping.Of(mapping).Read(structured).Events.Select(draft => draft with { Key = id, OccurredAt = draft.OccurredAt ?? at })];

    private static string? SubjectOf(IReadOnlyList<EventDraft> drafts, string? subject, string? source) => drafts.Count > 0 ? drafts[0].Subject : subject ?? source;

    // Header values are percent-encoded, see the HTTP binding, section 3.1.3.2.
    private static string? Attribute(in RawRequest request, string name) =>
        request.Header($"ce-{name}") is { } value ? CleanText.Free(Uri.UnescapeDataString(value)) : null;

    private static ReadOnlySpan<byte> AsStructured(in RawRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>(request.Body.Length + 512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var name in Attributes)
            {
                if (Attribute(request, name) is { } value)
                {
                    json.WriteString(name, value);
                }
            }

            if (Fields.Read(request.Body.Span).IsReadable)
            {
                json.WritePropertyName("data");
                json.WriteRawValue(WithoutPreamble(request.Body.Span), skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    private static ReadOnlySpan<byte> WithoutPreamble(ReadOnlySpan<byte> body) =>
        body.StartsWith(System.Text.Encoding.UTF8.Preamble) ? body[System.Text.Encoding.UTF8.Preamble.Length..] : body;

    private static string[] OriginsOf(Source source) => source.Setting(Origins)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static bool IsOrigin(string origin) => origin is "*" || Uri.CheckHostName(origin) is not UriHostNameType.Unknown;
}
