using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace WebhookPlatform.UnitTests;

/// <summary>Who may depend on whom, and what belongs to the solution: read from the project files themselves.</summary>
public sealed partial class DependencyRules
{
    private const string AppHost = "WebhookPlatform.AppHost";
    private const string LockFile = "packages.lock.json";

    private static readonly string[] Services =
        ["WebhookPlatform.Gateway", "WebhookPlatform.Notifications", "WebhookPlatform.Dashboard", "WebhookPlatform.Automation"];

    private static readonly string[] ForServices =
        ["WebhookPlatform.Contracts", "WebhookPlatform.Messaging", "WebhookPlatform.ServiceDefaults"];

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["WebhookPlatform.Contracts"] = [],
        ["WebhookPlatform.ServiceDefaults"] = [],
        ["WebhookPlatform.Messaging"] = ["WebhookPlatform.Contracts"],
        ["WebhookPlatform.Gateway"] = ForServices,
        ["WebhookPlatform.Notifications"] = ForServices,
        ["WebhookPlatform.Dashboard"] = ForServices,
        ["WebhookPlatform.Automation"] = ForServices,
        ["WebhookPlatform.Simulators"] = [],
        ["WebhookPlatform.Cli"] = ["WebhookPlatform.Contracts", "WebhookPlatform.Simulators"],
        // The command-line tool is a resource too: the demo sender.
        [AppHost] = [.. Services, "WebhookPlatform.Cli"],
    };

    private static readonly string Root = Repository.Root;

    public static TheoryData<string> ProductProjects =>
        [.. ProjectFiles("src", "aspire").Select(file => Path.GetFileNameWithoutExtension(file)!)];

    public static TheoryData<string> LockedProjects =>
        [.. ProjectFiles("src", "aspire", "tests")
            .Where(file => File.Exists(Path.Combine(Path.GetDirectoryName(file)!, LockFile)))
            .Select(file => Path.GetFileNameWithoutExtension(file)!)];

    public static TheoryData<string> Programs =>
        [.. Directory.EnumerateFiles(Root, "Program.cs", SearchOption.AllDirectories)
            .Where(file => !IsBuildOutput(file))
            .Select(file => Path.GetRelativePath(Root, file))];

    [Theory]
    [MemberData(nameof(ProductProjects))]
    public void Project_references_only_what_the_architecture_allows(string project)
    {
        Assert.True(Allowed.ContainsKey(project), $"{project} is not in the table of dependencies: decide what it may reference.");
        Assert.Empty(ReferencesOf(project).Except(Allowed[project], StringComparer.Ordinal));
    }

    [Fact]
    public void Every_project_of_the_architecture_exists() =>
        Assert.Empty(Allowed.Keys.Except(ProductProjects.Select(row => row.Data), StringComparer.Ordinal));

    [Fact]
    public void Every_project_belongs_to_the_solution()
    {
        var known = SolutionProjects().Keys;
        var present = ProjectFiles("src", "aspire", "tests").Select(file => Path.GetRelativePath(Root, file));

        Assert.Equal(present.Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    /// <summary>Aspire's packages are large and only needed by those who start the AppHost: <c>dotnet build</c> of the solution leaves it out.</summary>
    [Fact]
    public void AppHost_is_the_only_project_the_default_build_leaves_out()
    {
        var solution = File.ReadAllText(Path.Combine(Root, "WebhookPlatform.sln"));
        var notBuilt = SolutionProjects()
            .Where(project => !solution.Contains($"{project.Value}.Release|Any CPU.Build.0", StringComparison.OrdinalIgnoreCase)
                && !solution.Contains($"{project.Value}.Debug|Any CPU.Build.0", StringComparison.OrdinalIgnoreCase))
            .Select(project => Path.GetFileNameWithoutExtension(project.Key));

        Assert.Equal([AppHost], notBuilt, StringComparer.Ordinal);
    }

    /// <summary>
    /// What a project does not name, the SDK has added: in a version of its own, so that the lock file would fit no other SDK,
    /// and at times only where it sees certain sources, which a container's restore does not have yet.
    /// </summary>
    [Theory]
    [MemberData(nameof(LockedProjects))]
    public void Lock_file_holds_no_package_that_only_the_SDK_asked_for(string project)
    {
        var file = ProjectFiles("src", "aspire", "tests").Single(path => string.Equals(Path.GetFileNameWithoutExtension(path), project, StringComparison.Ordinal));
        var named = new[] { file, Path.Combine(Root, "Directory.Build.props") }
            .SelectMany(path => XDocument.Load(path).Descendants("PackageReference"))
            .Select(reference => reference.Attribute("Include")!.Value);
        using var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(file)!, LockFile)));
        var direct = locked.RootElement.GetProperty("dependencies").EnumerateObject()
            .SelectMany(framework => framework.Value.EnumerateObject())
            .Where(package => package.Value.GetProperty("type").ValueEquals("Direct"))
            .Select(package => package.Name);

        Assert.Empty(direct.Except(named, StringComparer.OrdinalIgnoreCase));
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Program_stays_a_table_of_contents(string program) =>
        Assert.InRange(File.ReadAllLines(Path.Combine(Root, program)).Length, 1, 39);

    private static IEnumerable<string> ReferencesOf(string project)
    {
        var file = ProjectFiles("src", "aspire").Single(path => string.Equals(Path.GetFileNameWithoutExtension(path), project, StringComparison.Ordinal));
        return XDocument.Load(file).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
    }

    /// <summary>Path of each project of the solution, relative to the root, and its id there.</summary>
    private static Dictionary<string, string> SolutionProjects() =>
        SolutionProject().Matches(File.ReadAllText(Path.Combine(Root, "WebhookPlatform.sln")))
            .ToDictionary(match => match.Groups["path"].Value.Replace('\\', '/'), match => match.Groups["id"].Value, StringComparer.Ordinal);

    private static IEnumerable<string> ProjectFiles(params string[] folders) =>
        folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories))
            .Where(file => !IsBuildOutput(file));

    private static bool IsBuildOutput(string file) =>
        Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" || part.StartsWith('.'));

    [GeneratedRegex("""^Project\(.*?\) = ".*?", "(?<path>[^"]*\.csproj)", "(?<id>\{[0-9A-F-]+\})"$""", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SolutionProject();
}
