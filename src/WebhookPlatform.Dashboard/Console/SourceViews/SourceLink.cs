namespace WebhookPlatform.Dashboard.Console.SourceViews;

/// <summary>Where a source's page is.</summary>
public static class SourceLink
{
    /// <summary>Relative to the console's base address.</summary>
    public static string To(string source) => $"sources/{Uri.EscapeDataString(source)}";
}
