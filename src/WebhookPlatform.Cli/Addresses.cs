namespace WebhookPlatform.Cli;

/// <summary>Where the platform is, by option, environment or default.</summary>
public static class Addresses
{
    public const string DefaultGateway = "http://localhost:5100";
    public const string DefaultDashboard = "http://localhost:5200";

    /// <summary>The address to post to: a bare host gets <c>/webhooks/{source}</c>, an address with a path is taken as it is.</summary>
    /// <exception cref="CliException">It is not an http or https address.</exception>
    public static Uri Webhook(CliContext context, string? option, string source)
    {
        var address = Parse(option ?? context.Variable("WEBHOOKS_GATEWAY") ?? DefaultGateway);
        return address.AbsolutePath is "/" ? new Uri(address, "/webhooks/" + Uri.EscapeDataString(source)) : address;
    }

    /// <summary>The address of the live stream.</summary>
    /// <exception cref="CliException">It is not an http or https address.</exception>
    public static Uri Live(CliContext context, string? option)
    {
        var address = Parse(option ?? context.Variable("WEBHOOKS_DASHBOARD") ?? DefaultDashboard);
        return address.AbsolutePath is "/" ? new Uri(address, "/api/live") : address;
    }

    /// <summary>The address of the ledger.</summary>
    /// <exception cref="CliException">It is not an http or https address.</exception>
    public static Uri Ledger(CliContext context, string? option, int hours) =>
        new(Parse(option ?? context.Variable("WEBHOOKS_DASHBOARD") ?? DefaultDashboard), string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/api/ledger?hours={hours}"));

    /// <summary>The address of a source in the gateway's operator API, without a slash at the end.</summary>
    /// <exception cref="CliException">It is not an http or https address.</exception>
    public static string Source(CliContext context, string? option, string source) =>
        Parse(option ?? context.Variable("WEBHOOKS_GATEWAY") ?? DefaultGateway).GetLeftPart(UriPartial.Authority) + "/api/sources/" + Uri.EscapeDataString(source);

    private static Uri Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new CliException($"'{text}' is not an address. Write it like {DefaultGateway}.");
}
