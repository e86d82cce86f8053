using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>A message of Amazon SNS over HTTP. Values, not bytes, are signed: what stands in it is kept whole, and a name that comes twice makes it unreadable.</summary>
internal sealed partial record SnsMessage(
    string? Type,
    string? MessageId,
    string? TopicArn,
    string? Subject,
    string? Message,
    string? Timestamp,
    string? Token,
    [property: JsonPropertyName("SubscribeURL")] string? SubscribeUrl,
    string? SignatureVersion,
    string? Signature,
    [property: JsonPropertyName("SigningCertURL")] string? SigningCertUrl)
{
    public const string Notification = "Notification";
    public const string SubscriptionConfirmation = "SubscriptionConfirmation";
    public const string UnsubscribeConfirmation = "UnsubscribeConfirmation";

    /// <summary>Null when the body is no such message.</summary>
    public static SnsMessage? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, SnsJson.Default.SnsMessage);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>What is signed: names and values in alphabetical order, each on a line. Null when the type is not known or a value is missing.</summary>
    public byte[]? SignedText() => Type switch
    {
        Notification when Subject is null => Lines(("Message", Message), ("MessageId", MessageId), ("Timestamp", Timestamp), ("TopicArn", TopicArn), ("Type", Type)),
        Notification => Lines(("Message", Message), ("MessageId", MessageId), ("Subject", Subject), ("Timestamp", Timestamp), ("TopicArn", TopicArn), ("Type", Type)),
        SubscriptionConfirmation or UnsubscribeConfirmation => Lines(
            ("Message", Message), ("MessageId", MessageId), ("SubscribeURL", SubscribeUrl), ("Timestamp", Timestamp), ("Token", Token), ("TopicArn", TopicArn), ("Type", Type)),
        _ => null,
    };

    /// <summary>The hash of the message's version of signatures; null for one that is not known.</summary>
    public HashAlgorithmName? Hash => SignatureVersion switch
    {
        "1" => HashAlgorithmName.SHA1,
        "2" => HashAlgorithmName.SHA256,
        _ => null,
    };

    /// <summary>An address of the service itself, over https: not of a bucket or another service of Amazon's, which anybody may have.</summary>
    public static Uri? AddressOfService(string? written) =>
        Uri.TryCreate(written, UriKind.Absolute, out var uri)
        && uri is { Scheme: "https", IsDefaultPort: true, UserInfo: "" }
        && ServiceHost().IsMatch(uri.Host)
            ? uri
            : null;

    private static byte[]? Lines(params ReadOnlySpan<(string Name, string? Value)> pairs)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in pairs)
        {
            if (value is null)
            {
                return null;
            }

            text.Append(name).Append('\n').Append(value).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    [GeneratedRegex(@"^sns\.[a-zA-Z0-9-]{3,}\.amazonaws\.com(\.cn)?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex ServiceHost();
}

[JsonSourceGenerationOptions(AllowDuplicateProperties = false)]
[JsonSerializable(typeof(SnsMessage))]
internal sealed partial class SnsJson : JsonSerializerContext;
