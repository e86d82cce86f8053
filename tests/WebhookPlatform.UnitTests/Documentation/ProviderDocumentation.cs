using System.Globalization;
using System.Text;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Documentation;

/// <summary>docs/providers.md says what the providers' code says: <c>APPROVE=1 ./test.sh unit --filter ProviderDocumentation</c> writes it.</summary>
public sealed class ProviderDocumentation
{
    private static readonly string File = Repository.PathTo("docs", "providers.md");

    [Fact]
    public void Page_says_what_the_code_says()
    {
        var page = Write();
        if (Environment.GetEnvironmentVariable("APPROVE") is "1")
        {
            System.IO.File.WriteAllText(File, page);
        }

        Assert.True(System.IO.File.Exists(File) && string.Equals(System.IO.File.ReadAllText(File).ReplaceLineEndings("\n"), page, StringComparison.Ordinal), "docs/providers.md is out of date: run with APPROVE=1 and review it.");
    }

    private static string Write()
    {
        var page = new StringBuilder("# Providers\n\n")
            .Append("How each provider proves its webhooks, what else a source of it needs and which [events](events.md) it gives. ")
            .Append("A source is `Sources:{name}:Provider` and `Sources:{name}:Secrets:0`, and where it says so `Sources:{name}:PublicUrl` and `Sources:{name}:Settings:{setting}`. ")
            .Append("How long an event that comes again is recognized as a repeat, from when it came last, is the source's `DuplicateHorizonDays`, or what is said here. This page is written from the code.\n\n")
            .AppendJoin(" · ", ProviderCatalog.All.Select(provider => $"[{provider.Name}](#{provider.Name})")).Append('\n');
        foreach (var provider in ProviderCatalog.All)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {provider.Name}\n\n{TypeComments.Markdown(TypeComments.Of(provider.GetType()).Element("summary")!)}\n");
            Append(page, provider);
        }

        return page.ToString();
    }

    private static void Append(StringBuilder page, IWebhookProvider provider)
    {
        var facts = new List<string>();
        var bare = new Source { Name = "s", Provider = provider };
        if (provider.Validate(bare).Any(finding => finding.Contains("PublicUrl", StringComparison.Ordinal)))
        {
            facts.Add("needs `PublicUrl`");
        }

        facts.AddRange(provider.Settings.Select(setting => $"`Settings:{setting.Name}`{(setting.IsRequired ? " (required)" : "")}: {setting.Meaning}"));
        if (provider.Gives.Count > 0)
        {
            facts.Add($"gives {string.Join(", ", provider.Gives.Select(given => given.Event).Distinct(StringComparer.Ordinal).Select(name => $"[{name}](events.md#{name.ToLowerInvariant()})"))}");
        }

        facts.Add(Remembered(provider.Redelivery));
        page.Append('\n').AppendJoin('\n', facts.Select(fact => $"- {fact}")).Append('\n');
    }

    private static string Remembered(Redelivery redelivery) => string.Create(
        CultureInfo.InvariantCulture,
        $"event ids are remembered for {redelivery.Days} days{(redelivery.RetryDays > Redelivery.Usual.RetryDays ? $", {redelivery.RetryDays} at least: for so long it retries by itself" : "")}");
}
