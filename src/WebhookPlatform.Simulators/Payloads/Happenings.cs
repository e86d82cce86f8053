namespace WebhookPlatform.Simulators.Payloads;

/// <summary>An issue that can be closed.</summary>
public sealed record EarlierIssue(int Number, string Title, Person Author, Repository Repository, DateTimeOffset At);

/// <summary>An alert that can be resolved.</summary>
/// <param name="Id">The provider's id of it.</param>
/// <param name="Title">What is wrong.</param>
/// <param name="Service">What is concerned.</param>
/// <param name="At">When it was raised.</param>
public sealed record EarlierAlert(string Id, string Title, string Service, DateTimeOffset At);

/// <summary>What code hosts, trackers and monitors tell of, whichever they are.</summary>
internal static class Happenings
{
    private static readonly string[] Alarms =
        ["Disk almost full", "Error rate above 5 %", "Queue grows", "Certificate expires in 3 days", "Checkout answers slowly", "Database has no replica"];

    public static EarlierPullRequest OpenPullRequest(SimulationContext context)
    {
        var pull = NewPullRequest(context);
        context.Story?.Remember(pull);
        return pull;
    }

    public static EarlierPullRequest MergePullRequest(SimulationContext context) => context.Story?.Take<EarlierPullRequest>(context.Random) ?? NewPullRequest(context);

    public static EarlierIssue OpenIssue(SimulationContext context)
    {
        var issue = NewIssue(context);
        context.Story?.Remember(issue);
        return issue;
    }

    public static EarlierIssue CloseIssue(SimulationContext context) => context.Story?.Take<EarlierIssue>(context.Random) ?? NewIssue(context);

    /// <param name="id">Makes an id as the provider does.</param>
    public static EarlierAlert RaiseAlert(SimulationContext context, Func<string> id)
    {
        var alert = NewAlert(context, id);
        context.Story?.Remember(alert);
        return alert;
    }

    /// <param name="id">Makes an id as the provider does, for an alert that nobody told of.</param>
    public static EarlierAlert ResolveAlert(SimulationContext context, Func<string> id) => context.Story?.Take<EarlierAlert>(context.Random) ?? NewAlert(context, id);

    private static EarlierPullRequest NewPullRequest(SimulationContext context)
    {
        var number = (int)context.Number(1, 2000);
        return new EarlierPullRequest(
            context.Number(2_000_000_000, 3_999_999_999), number, context.Pick(SampleData.Changes), "feature/" + Text.Number(number),
            context.Hex(40), context.Pick(SampleData.People), context.Pick(SampleData.Repositories), context.Now);
    }

    private static EarlierIssue NewIssue(SimulationContext context) =>
        new((int)context.Number(1, 2000), context.Pick(SampleData.Changes), context.Pick(SampleData.People), context.Pick(SampleData.Repositories), context.Now);

    private static EarlierAlert NewAlert(SimulationContext context, Func<string> id) =>
        new(id(), context.Pick(Alarms), context.Pick(SampleData.Repositories).Name, context.Now);
}
