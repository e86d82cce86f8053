using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Twilio: <c>X-Twilio-Signature</c>, HMAC-SHA1 in base64 over the URL and, of a form, every field's name and value, sorted by name. What is no form, such as Event Streams, is covered by <c>bodySHA256</c> in the URL's query.
/// The key is the account's auth token (twilio.com/docs/usage/security).
/// </summary>
public sealed class TwilioSimulator : IProviderSimulator
{
    private const string Number = "+493012345678";
    private const string Call = "call.completed";
    private const string Stream = "com.twilio.messaging.message.delivered";

    public string Provider => "twilio";

    public Proof Proof { get; } = Proof.Header("X-Twilio-Signature");

    public bool CoversBody => false;

    public bool NeedsUrl => true;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("message.received", "MessageReceived", "Somebody wrote a text message"),
        new("message.delivered", "MessageDelivered", "A text message was delivered"),
        new("message.failed", "MessageFailed", "A text message could not be sent"),
        new("message.sent", null, "A text message was handed to the carrier"),
        new(Call, null, "A call ended") { IsWithoutId = true },
        new(Stream, "MessageDelivered", "A text message was delivered (Event Streams, JSON)") { IsWithoutId = true },
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        _ = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var person = "+4915" + Text.Number(context.Pick(SampleData.People).Id);
        var account = ("AccountSid", "AC9f1c3a5e7b2d4860a1c3e5f7092b4d68");
        var version = ("ApiVersion", "2010-04-01");
        var (sid, status) = ((eventType is Call ? "CA" : "SM") + context.Hex(32), eventType.Split('.')[^1]);
        return eventType switch
        {
            "message.received" => OfForm($"{sid}/{status}", eventType, Form.Encode(
                ("ToCountry", "DE"), ("SmsMessageSid", sid), ("NumMedia", "0"), ("SmsSid", sid), ("SmsStatus", status), ("Body", context.Pick(SampleData.Messages)), ("FromCountry", "DE"),
                ("To", Number), ("NumSegments", "1"), ("MessageSid", sid), account, ("From", person), version)),
            Call => OfForm(sid, eventType, Form.Encode(
                ("Called", Number), ("CallStatus", status), ("Duration", "1"), ("CallDuration", Text.Number(context.Number(1, 600))), ("From", person), ("Direction", "inbound"),
                ("SequenceNumber", "0"), ("CallSid", sid), ("To", Number), account, version)),
            Stream => new UnsignedRequest(sid, eventType, Payload.Compact($$"""
                [{
                  "specversion": "1.0", "type": "{{Stream}}", "source": "/2010-04-01/Accounts/AC9f1c3a5e7b2d4860a1c3e5f7092b4d68/Messages/{{sid}}", "id": "{{context.Uuid()}}",
                  "dataschema": "https://events-schemas.twilio.com/Messaging.MessageStatus/4", "datacontenttype": "application/json", "time": "{{Text.Milliseconds(context.Now)}}",
                  "data": { "messageSid": "{{sid}}", "messageStatus": "DELIVERED", "from": "{{Number}}", "to": "{{person}}", "timestamp": "{{Text.Milliseconds(context.Now)}}" }
                }]
                """), [new("Content-Type", "application/json")]),
            _ => OfForm($"{sid}/{status}", eventType, status is "failed"
                ? Form.Encode(("SmsSid", sid), ("SmsStatus", status), ("MessageStatus", status), ("ErrorCode", "30006"), ("To", person), ("MessageSid", sid), account, ("From", Number), version)
                : Form.Encode(("SmsSid", sid), ("SmsStatus", status), ("MessageStatus", status), ("To", person), ("MessageSid", sid), account, ("From", Number), version)),
        };
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var isForm = request.Header("Content-Type")?.StartsWith(Form.MediaType, StringComparison.OrdinalIgnoreCase) ?? !IsJson(request.Body);
        var called = isForm ? request.WithoutProof() : request.WithQuery("bodySHA256", Convert.ToHexStringLower(SHA256.HashData(request.Body)));
        var fields = isForm ? string.Concat(Form.Decode(request.Body).Distinct().OrderBy(field => field.Name, StringComparer.Ordinal).ThenBy(field => field.Value, StringComparer.Ordinal).Select(field => field.Name + field.Value)) : "";
        return called.WithHeaders([new(Proof.Name, Hmac(context.Secret, context.UrlWith(called.Query) + fields))]);
    }

    private static UnsignedRequest OfForm(string id, string eventType, byte[] body) =>
        new(id, eventType, body, [new("Content-Type", Form.MediaType + "; charset=UTF-8"), new("User-Agent", "TwilioProxy/1.1")]);

    private static bool IsJson(byte[] body) => body.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "Twilio signs so")]
    private static string Hmac(string key, string text) => Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));
}
