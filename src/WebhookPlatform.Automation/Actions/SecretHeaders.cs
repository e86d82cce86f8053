namespace WebhookPlatform.Automation.Actions;

/// <summary>Which headers of an action may be set, and which are shown to nobody afterwards.</summary>
public static class SecretHeaders
{
    private static readonly string[] Telling = ["authorization", "cookie", "token", "secret", "key", "password", "credential", "signature"];

    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "Expect", "Trailer", "TE", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "Idempotency-Key",
    };

    /// <summary>Whether a header's value is a secret, going by its name.</summary>
    public static bool IsSecret(string name) => Array.Exists(Telling, part => name.Contains(part, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a header belongs to the connection or to the signature.</summary>
    public static bool IsReserved(string name) => Reserved.Contains(name) || name.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase);
}
