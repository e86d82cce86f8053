namespace WebhookPlatform.TestKit;

/// <summary>The checkout that the running program was built from.</summary>
public static class SourceTree
{
    /// <summary>The folder of <c>WebhookPlatform.sln</c>.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary><c>Debug</c> or <c>Release</c>, as the program itself.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static string Find(string? folder) =>
        folder is null ? throw new InvalidOperationException("The program must run below the repository.")
        : File.Exists(Path.Combine(folder, "WebhookPlatform.sln")) ? folder
        : Find(Path.GetDirectoryName(folder));
}
