using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace WebhookPlatform.UnitTests.Packaging;

/// <summary>What others may build upon can be packed, and the packages hold what they should: made by the SDK from the build that the tests run on.</summary>
public sealed class PackageTests : IDisposable
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webhooks-packages-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Only_what_others_may_build_upon_is_a_package()
    {
        var packages = Directory.EnumerateFiles(Repository.PathTo("src"), "*.csproj", SearchOption.AllDirectories)
            .Where(file => XDocument.Load(file).Descendants("IsPackable").Any(element => element.Value is "true"))
            .Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(["WebhookPlatform.Contracts", "WebhookPlatform.Simulators"], packages.Order(StringComparer.Ordinal));
        Assert.Equal("false", Assert.Single(XDocument.Load(Repository.PathTo("Directory.Build.props")).Descendants("IsPackable")).Value);
    }

    [Theory]
    [InlineData("WebhookPlatform.Contracts")]
    [InlineData("WebhookPlatform.Simulators", "BouncyCastle.Cryptography")]
    public async Task Package_has_the_library_its_documentation_and_what_it_needs_and_nothing_else(string project, params string[] needed)
    {
        await PackAsync(project);

        var file = Assert.Single(_folder.GetFiles());
        var props = XDocument.Load(Repository.PathTo("Directory.Build.props")).Descendants();
        var version = props.Single(element => element.Name.LocalName is "Version").Value;
        Assert.Equal($"{project}.{version}.nupkg", file.Name);
        await using var package = await ZipFile.OpenReadAsync(file.FullName, TestContext.Current.CancellationToken);
        Assert.Equal(
            new[] { "README.md", $"lib/net10.0/{project}.dll", $"lib/net10.0/{project}.xml", $"{project}.nuspec" }.Order(StringComparer.Ordinal),
            package.Entries.Select(entry => entry.FullName).Where(IsContent).Order(StringComparer.Ordinal));
        Assert.Equal(new FileInfo(Built(project)).Length, package.GetEntry($"lib/net10.0/{project}.dll")!.Length);

        var nuspec = XDocument.Load(await package.GetEntry($"{project}.nuspec")!.OpenAsync(TestContext.Current.CancellationToken)).Root!.Elements().Single();
        Assert.Equal((project, version, "Apache-2.0", "README.md"), (Text(nuspec, "id"), Text(nuspec, "version"), Text(nuspec, "license"), Text(nuspec, "readme")));
        Assert.NotEqual("Package Description", Text(nuspec, "description"));
        Assert.Equal(needed, nuspec.Descendants().Where(element => element.Name.LocalName is "dependency").Select(element => element.Attribute("id")!.Value));
    }

    // What every package has by its format: relationships, content types, core properties.
    private static bool IsContent(string entry) => entry is not ("_rels/.rels" or "[Content_Types].xml") && !entry.StartsWith("package/services/metadata/", StringComparison.Ordinal);

    private static string Text(XElement nuspec, string name) => nuspec.Elements().Single(element => element.Name.LocalName == name).Value;

    private static string Built(string project) => Repository.PathTo("src", project, "bin", Configuration, "net10.0", project + ".dll");

    private async Task PackAsync(string project)
    {
        var start = new ProcessStartInfo("dotnet", ["pack", Repository.PathTo("src", project), "--no-build", "--no-restore", "-c", Configuration, "-o", _folder.FullName, "-v", "quiet", "-nologo", "-nodeReuse:false"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        using var packing = Process.Start(start)!;
        try
        {
            var (output, error) = (packing.StandardOutput.ReadToEndAsync(limit.Token), packing.StandardError.ReadToEndAsync(limit.Token));
            await packing.WaitForExitAsync(limit.Token);
            Assert.True(packing.ExitCode == 0, await output + await error);
        }
        finally
        {
            if (!packing.HasExited)
            {
                packing.Kill(entireProcessTree: true);
            }
        }
    }
}
