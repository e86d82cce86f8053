using System.Text;

namespace WebhookPlatform.Simulators.Payloads;

/// <summary>Bodies of <c>application/x-www-form-urlencoded</c>.</summary>
internal static class Form
{
    public const string MediaType = "application/x-www-form-urlencoded";

    public static byte[] Encode(params ReadOnlySpan<(string Name, string Value)> fields)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in fields)
        {
            text.Append(text.Length == 0 ? "" : "&").Append(Encode(name)).Append('=').Append(Encode(value));
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static IReadOnlyList<(string Name, string Value)> Decode(byte[] body) =>
    [
        .. Encoding.UTF8.GetString(body).Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Select(pair => (Decode(pair[0]), pair.Length > 1 ? Decode(pair[1]) : "")),
    ];

    private static string Encode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal).Replace("~", "%7E", StringComparison.Ordinal);

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
