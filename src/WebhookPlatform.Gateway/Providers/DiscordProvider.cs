using System.Globalization;
using System.Text;
using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Discord signs the timestamp header's text and the raw body (ed25519, hex); a secret is the application's public key in hex. Both its interactions endpoint and its webhook events can be a source.
/// Interactions are answered as deferred, so that whoever handles them has fifteen minutes to edit the answer with the interaction's token.
/// No tolerance is documented, so a time may be a day old: within that, a repeated interaction is known by its id, a repeated event by its body. (docs.discord.com/developers: "Interactions", "Webhook Events", "Snowflakes")
/// </summary>
public sealed class DiscordProvider : IWebhookProvider
{
    private const string SignatureHeader = "X-Signature-Ed25519";
    private const string TimestampHeader = "X-Signature-Timestamp";
    private const int LongestTimestamp = 32;
    private const int DeepestOptions = 3; // A group, its command, the command's options.
    private const long FirstMillisecond = 1_420_070_400_000; // Of 2015, when Discord's ids begin.

    private static readonly HandshakeResponse Pong = Json("""{"type":1}""");
    private static readonly HandshakeResponse DeferredMessage = Json("""{"type":5}""");
    private static readonly HandshakeResponse DeferredUpdate = Json("""{"type":6}""");
    private static readonly HandshakeResponse NoChoices = Json("""{"type":8,"data":{"choices":[]}}""");

    // Discord wants a media type even where there is nothing.
    private static readonly HandshakeResponse NoContent = new(204) { Headers = [new("Content-Type", "application/json")] };

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Type = Fields.Add("type");
    private static readonly JsonField Id = Fields.Add("id");
    private static readonly JsonField Token = Fields.Add("token");
    private static readonly JsonField ApplicationId = Fields.Add("application_id");
    private static readonly JsonField Channel = Fields.Add("channel_id");
    private static readonly JsonField Member = Fields.Add("member.user.id");
    private static readonly JsonField User = Fields.Add("user.id");
    private static readonly JsonField MessageId = Fields.Add("message.id");
    private static readonly JsonField CommandType = Fields.Add("data.type");
    private static readonly JsonField CommandName = Fields.Add("data.name");
    private static readonly JsonField CommandOptions = Fields.Add("data.options");
    private static readonly JsonField EventType = Fields.Add("event.type");
    private static readonly JsonField EventTime = Fields.Add("event.timestamp");

    private static readonly JsonField SentId = Fields.Add("event.data.id");
    private static readonly JsonField SentChannel = Fields.Add("event.data.channel_id");
    private static readonly JsonField SentBy = Fields.Add("event.data.author.id");
    private static readonly JsonField SentText = Fields.Add("event.data.content");

    private static readonly JsonFields OptionFields = new();
    private static readonly JsonField OptionName = OptionFields.Add("name");
    private static readonly JsonField OptionValue = OptionFields.Add("value");
    private static readonly JsonField Options = OptionFields.Add("options");

    public string Name => "discord";

    /// <summary>Events are tried for ten minutes; whether each try is signed anew is not documented.</summary>
    public TimeSpan Tolerance => TimeSpan.FromDays(1);

    public bool UsesPublicKey => true;

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("interaction.application_command", nameof(MessageReceived), "the interaction's id", "if it was typed"),
        new("LOBBY_MESSAGE_CREATE", nameof(MessageReceived), "`event.timestamp`"),
        new("GAME_DIRECT_MESSAGE_CREATE", nameof(MessageReceived), "`event.timestamp`"),
    ];

    public IEnumerable<string> Validate(Source source)
    {
        foreach (var finding in SourceChecks.Secrets(source))
        {
            yield return finding;
        }

        for (var i = 0; i < source.Secrets.Count; i++)
        {
            if (!string.IsNullOrWhiteSpace(source.Secrets[i].Text) && !Ed25519Signature.IsPublicKey(KeyOf(source.Secrets[i])))
            {
                yield return $"Secrets:{i} is no public key: copy it from the application's General Information, 64 hexadecimal digits.";
            }
        }
    }

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (!request.TryGetSingle(TimestampHeader, out var timestamp, out var failure)
            || !request.TryGetSingle(SignatureHeader, out var header, out failure))
        {
            return failure;
        }

        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * Ed25519Signature.Size], Ed25519Signature.Size);
        if (timestamp.Length > LongestTimestamp || !presented.AddHex(header))
        {
            return VerificationFailure.MalformedHeader;
        }

        var before = Encoding.UTF8.GetBytes(timestamp);
        var match = -1;
        for (var i = 0; i < source.Secrets.Count; i++)
        {
            var found = Ed25519Signature.IsSignedWith(KeyOf(source.Secrets[i]), before, request.Body.Span, presented);
            match = found && match < 0 ? i : match;
        }

        return match < 0 ? VerificationFailure.SignatureMismatch
            : SignedTimestamp.CheckAge(PayloadTime.Parse(timestamp), source.Tolerance, now) is { } tooOld ? tooOld
            : Verification.Valid(match);
    }

    public HandshakeResponse? AnswerSigned(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        return (IsInteraction(json), json.WholeNumber(Type)) switch
        {
            (true, 1) => Pong,
            (false, 0) => NoContent,
            _ => null,
        };
    }

    public HandshakeResponse? AnswerAccepted(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        return (IsInteraction(json), json.WholeNumber(Type)) switch
        {
            (true, 2) => DeferredMessage,
            (true, 3) => DeferredUpdate,
            (true, 4) => NoChoices,
            (true, 5) => json.Text(MessageId) is null ? DeferredMessage : DeferredUpdate, // A form that was opened from a message leaves it as it is.
            _ => NoContent,
        };
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        if (!IsInteraction(json))
        {
            var sent = json.Text(EventType) is "LOBBY_MESSAGE_CREATE" or "GAME_DIRECT_MESSAGE_CREATE" ? Sent(json) : null;
            return new Webhook(null, json.Name(EventType) ?? Webhook.UnknownType, json.Time(EventTime), sent?.Subject ?? json.Name(ApplicationId), sent is null ? [] : [sent]);
        }

        var kind = json.WholeNumber(Type) switch
        {
            1 => "interaction.ping",
            2 => "interaction.application_command",
            3 => "interaction.message_component",
            4 => "interaction.application_command_autocomplete",
            5 => "interaction.modal_submit",
            _ => "interaction",
        };
        var draft = json.WholeNumber(Type) is 2 && json.WholeNumber(CommandType) is 1 ? Command(json) : null;
        return new Webhook(json.Name(Id), kind, MadeAt(json.WholeNumber(Id)), json.Name(Channel), draft is null ? [] : [draft]);
    }

    private static EventDraft? Sent(in JsonValues json)
    {
        if (json.Name(SentId) is not { } id || json.Name(SentChannel) is not { } channel)
        {
            return null;
        }

        var (sender, text) = (json.Text(SentBy), json.Text(SentText));
        return EventDraft.Of(channel, metadata => new MessageReceived(metadata, id, channel, sender, text), key: $"{channel}/{id}");
    }

    private static EventDraft? Command(in JsonValues json)
    {
        if (json.Name(Id) is not { } id || json.Name(Channel) is not { } channel || json.Name(CommandName) is not { } name)
        {
            return null;
        }

        var text = new StringBuilder("/").Append(name);
        Append(text, json.Items(CommandOptions), DeepestOptions);
        var (sender, typed) = (json.Text(Member) ?? json.Text(User), CleanText.Free(text.ToString()));
        return EventDraft.Of(channel, metadata => new MessageReceived(metadata, id, channel, sender, typed));
    }

    // As Discord shows it: /order status number:1042
    private static void Append(StringBuilder text, JsonItems options, int depth)
    {
        foreach (var bytes in options)
        {
            if (text.Length > CleanText.MaxFree)
            {
                return;
            }

            var option = OptionFields.Read(bytes);
            text.Append(' ').Append(option.Text(OptionName));
            if (option.Text(OptionValue) is { } value)
            {
                text.Append(CultureInfo.InvariantCulture, $":{value}");
            }
            else if (depth > 1)
            {
                Append(text, option.Items(Options), depth - 1);
            }
        }
    }

    // An interaction has a token to answer it with; an event has none. Both count their types from zero or one.
    private static bool IsInteraction(in JsonValues json) => json.Text(Token) is not null && json.Text(Id) is not null;

    private static DateTimeOffset? MadeAt(long? snowflake) => snowflake is > 0 ? PayloadTime.FromUnix((snowflake.Value >> 22) + FirstMillisecond) : null;

    private static byte[] KeyOf(SourceSecret secret)
    {
        var key = new byte[Ed25519Signature.KeySize];
        return secret.Text.Length == key.Length * 2 && Convert.FromHexString(secret.Text, key, out _, out _) == System.Buffers.OperationStatus.Done ? key : [];
    }

    private static HandshakeResponse Json(string body) => new(200, "application/json", body);
}
