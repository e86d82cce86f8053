using System.Globalization;
using System.Text;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Simulators.Outages;

namespace WebhookPlatform.UnitTests.Documentation;

/// <summary>docs/outages.md says what the policies say, and what simulating them gives: <c>APPROVE=1 ./test.sh unit --filter OutageDocumentation</c> writes it.</summary>
public sealed class OutageDocumentation
{
    private static readonly string File = Repository.PathTo("docs", "outages.md");
    private static readonly TimeSpan[] Outages = [TimeSpan.FromMinutes(10), TimeSpan.FromHours(3), TimeSpan.FromDays(1), TimeSpan.FromDays(4)];

    [Fact]
    public async Task Page_says_what_the_policies_say()
    {
        var page = await WriteAsync();
        if (Environment.GetEnvironmentVariable("APPROVE") is "1")
        {
            await System.IO.File.WriteAllTextAsync(File, page, TestContext.Current.CancellationToken);
        }

        Assert.True(System.IO.File.Exists(File) && string.Equals((await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n"), page, StringComparison.Ordinal), "docs/outages.md is out of date: run with APPROVE=1 and review it.");
    }

    private static async Task<string> WriteAsync()
    {
        var page = new StringBuilder("# What providers do when you are down\n\n")
            .Append("How long each provider waits for an answer, how often it tries again, and when it turns your endpoint off, as far as it publishes it. ")
            .Append("`webhooks simulate {provider}` plays an outage by these rules, against your gateway or with `--dry-run` without any ([how](#the-simulation)). This page is written from the code.\n\n")
            .Append("## An outage, provider by provider\n\n")
            .Append("What a simulated outage of each length leaves behind, with one event a minute and the endpoint as it was before: how late the last event comes in, or how much of the outage is lost. ")
            .Append("*Off* means that the provider has turned the endpoint off, so that everything after that is lost too until somebody turns it on again. Where a provider does not publish its intervals, how late is an estimate (≈).\n\n");
        AppendRow(page, ["provider", .. Outages.Select(Durations.Text)]);
        AppendRow(page, ["---", .. Outages.Select(_ => "---")]);
        foreach (var policy in DeliveryPolicies.All)
        {
            var cells = new List<string> { $"[{policy.Provider}](#{policy.Provider})" };
            foreach (var outage in Outages)
            {
                cells.Add(await OutcomeAsync(policy, outage));
            }

            AppendRow(page, cells);
        }

        page.Append("\n## The rules\n\n");
        AppendRow(page, ["provider", "waits", "retries", "turns the endpoint off", "source"]);
        AppendRow(page, ["---", "---", "---", "---", "---"]);
        foreach (var policy in DeliveryPolicies.All)
        {
            AppendRow(page, [
                $"<a id=\"{policy.Provider}\"></a>{policy.Provider}", PolicyText.Timeout(policy), PolicyText.Retries(policy), PolicyText.Disablement(policy),
                string.Join(", ", policy.Sources.Select((source, index) => $"[{index + 1}]({source})"))]);
        }

        page.Append("\n\"Not published\" is what the provider keeps to itself; the simulation then assumes 10 s of patience, and pauses that double from a few minutes on. ")
            .Append("Success is a 2xx unless the list below says otherwise.\n\n## Afterwards\n\nHow to have what was missed:\n\n");
        foreach (var policy in DeliveryPolicies.All)
        {
            var accepts = policy.Accepts == AnswerRule.Success ? "" : $" Only {policy.Accepts.Text} counts as success.";
            page.Append(CultureInfo.InvariantCulture, $"- **{policy.Provider}**: {policy.Recovery}.{accepts}{(policy.Note is { } note ? " " + note : "")}\n");
        }

        var unknown = ProviderCatalog.All.Select(provider => provider.Name).Where(name => DeliveryPolicies.Find(name) is null);
        return page.Append("\nOf the other providers of the gateway no published schedule is known here (")
            .AppendJoin(", ", unknown).Append("): for them the simulation assumes the least that may be relied on, 10 s and no retry.\n")
            .Append(Simulation).ToString();
    }

    private static async Task<string> OutcomeAsync(DeliveryPolicy policy, TimeSpan outage)
    {
        var script = ReceiverScript.Outage(TimeSpan.FromHours(1), outage, ReceiverBehaviour.Down);
        var plan = new OutagePlan(policy, 60, OutagePlan.LastingFor(policy, script));
        var report = await new OutageSimulation(plan, new ScriptedReceiver(script, new Random(1))).RunAsync(TestContext.Current.CancellationToken);
        if (report.DisabledAt is { } off)
        {
            return $"**off** after {Durations.Text(off - TimeSpan.FromHours(1))}";
        }

        var about = policy.Unpublished.HasFlag(UnpublishedFacts.Intervals) ? "≈ " : "";
        var hit = (int)outage.TotalMinutes;
        return report.Lost == 0 ? $"{about}{Durations.Text(report.LatenessMax!.Value)} late"
            : report.Lost > hit ? string.Create(CultureInfo.InvariantCulture, $"**all lost**, and the {Durations.Text(report.LostUntil!.Value - outage - TimeSpan.FromHours(1))} after it")
            : report.Lost == hit ? "**all lost**"
            : report.Lost > 0.99 * hit ? "**over 99% lost**"
            : string.Create(CultureInfo.InvariantCulture, $"**{100d * report.Lost / hit:0}% lost**");
    }

    private static void AppendRow(StringBuilder page, IEnumerable<string> cells) => page.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private const string Simulation = """

        ## The simulation

        ```bash
        ./webhooks simulate stripe --outage 3h                    # real requests to the gateway at 1000 times the speed
        ./webhooks simulate shopify --outage 5h --dry-run         # no gateway, no secret, no waiting
        ./webhooks simulate slack --failing 97% --rate 1200/h --dry-run
        ./webhooks simulate github --slow 20s --outage 30m        # taken, but answered too late: duplicates
        ./webhooks simulate adyen --script "1h up, 2d down, 6h status 503" --dry-run --json
        ./webhooks simulate stripe --outage 3h --real-outage      # you stop the gateway while it runs: for 3 h / 1000 = 11 s
        ```

        - Events happen evenly (`--rate`), the schedule runs on a virtual clock (`--speed`), requests run in real time one after another. The same `--seed` gives the same outcome.
        - What falls into the outage is not let through to the gateway; with `--slow` it is, and only the answer comes too late for the provider, so the gateway sees real duplicates. With `--real-outage` everything is sent.
        - A webhook is made and signed at the real moment of its first sending, and signed anew for each retry: its timestamps hold although virtual time is hours away.
        - A slow receiver is taken to finish what it began, also when the provider has hung up.
        - The exit code is 0 only when nothing was lost and the endpoint is still on, so a deployment pipeline can ask whether a planned maintenance is safe.

        """;
}
