using MudBlazor;

namespace WebhookPlatform.Dashboard.Console;

/// <summary>The console's two palettes. Both are written into the page, each under its own scope, so that switching between them needs neither a round trip nor a reload.</summary>
public static class ConsoleTheme
{
    private static readonly string[] FontStack = ["Inter", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "sans-serif"];

    public static MudTheme Light { get; } = Create(":root");

    public static MudTheme Dark { get; } = Create(":root[data-theme=dark]");

    private static MudTheme Create(string scope) => new()
    {
        PseudoCss = new PseudoCss { Scope = scope },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "10px", AppbarHeight = "56px" },
        Typography = new Typography { Default = new DefaultTypography { FontFamily = FontStack, FontSize = ".875rem", LineHeight = "1.45", LetterSpacing = "normal" } },
        PaletteLight = new PaletteLight
        {
            Primary = "#3b5bdb",
            Secondary = "#6741d9",
            Info = "#1971c2",
            Success = "#237a3b",
            Warning = "#a15c00",
            Error = "#c92a2a",
            Background = "#f4f6f9",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#1b2430",
            TextPrimary = "#1b2430",
            TextSecondary = "#56616f",
            ActionDefault = "#56616f",
            LinesDefault = "#e3e8ee",
            TableLines = "#e9edf2",
            Divider = "#e3e8ee",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#8ba3ff",
            Secondary = "#b197fc",
            Info = "#74c0fc",
            Success = "#69db7c",
            Warning = "#ffc078",
            Error = "#ff8787",
            Background = "#0e1218",
            Surface = "#161b23",
            AppbarBackground = "#161b23",
            AppbarText = "#e8edf3",
            TextPrimary = "#e8edf3",
            TextSecondary = "#9eabba",
            ActionDefault = "#9eabba",
            LinesDefault = "#29313c",
            TableLines = "#232a34",
            Divider = "#29313c",
        },
    };
}
