using System.Collections.Frozen;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>
/// Short names for why a request was not believed, as <c>/api/rejections</c> and <c>/api/sources/{name}/quarantine</c> give them. They are stored and filtered by: names are added, never changed.
/// A request that was refused for another reason than its proof has that reason as its cause, e.g. <c>body-too-large</c>.
/// </summary>
public static class Causes
{
    /// <summary>The right proof for another form of the body: something changes it on its way.</summary>
    public const string Body = "body";

    /// <summary>The body holds replacement characters: something on its way has read it in a wrong encoding and written it anew.</summary>
    public const string BodyEncoding = "body-encoding";

    /// <summary>The signed time is too far from ours.</summary>
    public const string Clock = "clock";

    /// <summary>A header that proves the sender is not there.</summary>
    public const string HeaderMissing = "header-missing";

    /// <summary>It came under another name.</summary>
    public const string HeaderRenamed = "header-renamed";

    /// <summary>It came more than once.</summary>
    public const string HeaderRepeated = "header-repeated";

    /// <summary>The proof is in another header than the source's setting says.</summary>
    public const string HeaderSetting = "header-setting";

    /// <summary>The certificate or key that should prove the sender is not the provider's, unknown or expired.</summary>
    public const string KeyUntrusted = "key-untrusted";

    /// <summary>A live event, and the source's secret is one of test mode by its name.</summary>
    public const string LiveMode = "live-mode";

    /// <summary>The sender is proven, but the source does not take this.</summary>
    public const string NotAllowed = "not-allowed";

    /// <summary>Signed or built as another provider does.</summary>
    public const string OtherProvider = "other-provider";

    /// <summary>Another source's secret matches.</summary>
    public const string OtherSource = "other-source";

    /// <summary>A secret that was rotated out matches.</summary>
    public const string RetiredSecret = "retired-secret";

    /// <summary>A secret of the source matches in another form, e.g. decoded.</summary>
    public const string SecretForm = "secret-form";

    /// <summary>The right signature, written in another encoding.</summary>
    public const string SignatureEncoding = "signature-encoding";

    /// <summary>What proves the sender cannot be read.</summary>
    public const string SignatureMalformed = "signature-malformed";

    /// <summary>Only signature versions that are not accepted.</summary>
    public const string SignatureScheme = "signature-scheme";

    /// <summary>The right secret by another algorithm, encoding or prefix than the source's settings say.</summary>
    public const string SignatureSettings = "signature-settings";

    /// <summary>A test event whose secret the source does not have, as test mode has one of its own.</summary>
    public const string TestMode = "test-mode";

    /// <summary>Too many at once, or too large, to be looked into.</summary>
    public const string Undiagnosed = "undiagnosed";

    /// <summary>Nothing that was tried explains it: an unknown secret, or a forgery.</summary>
    public const string Unexplained = "unexplained";

    /// <summary>From before causes were stored.</summary>
    public const string Unknown = "unknown";

    /// <summary>The signature covers another URL.</summary>
    public const string Url = "url";

    /// <summary>All of the above.</summary>
    public static FrozenSet<string> All { get; } = FrozenSet.Create(
        StringComparer.Ordinal,
        Body, BodyEncoding, Clock, HeaderMissing, HeaderRenamed, HeaderRepeated, HeaderSetting, KeyUntrusted, LiveMode, NotAllowed, OtherProvider, OtherSource, RetiredSecret, SecretForm, SignatureEncoding,
        SignatureMalformed, SignatureScheme, SignatureSettings, TestMode, Undiagnosed, Unexplained, Unknown, Url);

    /// <summary>What a failure itself tells; null where it may have any cause.</summary>
    public static string? Of(VerificationFailure failure) => failure switch
    {
        VerificationFailure.MissingHeader => HeaderMissing,
        VerificationFailure.MalformedHeader => SignatureMalformed,
        VerificationFailure.NoSupportedScheme => SignatureScheme,
        VerificationFailure.StaleTimestamp or VerificationFailure.FutureTimestamp => Clock,
        VerificationFailure.UntrustedKey => KeyUntrusted,
        VerificationFailure.NotAllowed => NotAllowed,
        _ => null,
    };
}
