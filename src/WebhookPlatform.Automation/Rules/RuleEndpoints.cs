using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Automation.Storage;
using WebhookPlatform.ServiceDefaults;

namespace WebhookPlatform.Automation.Rules;

/// <summary>All rules, oldest first.</summary>
public sealed record RuleList(IReadOnlyList<RuleView> Items);

/// <summary><c>/api/rules</c>: what operators do with rules.</summary>
internal static class RuleEndpoints
{
    private const long LargestBody = 256 * 1024;

    public static void MapRules(this IEndpointRouteBuilder endpoints)
    {
        var rules = endpoints.MapGroup("/api/rules").WithTags("Rules").WithMetadata(new RequestSizeLimitAttribute(LargestBody));
        rules.MapGet("", ListAsync);
        rules.MapGet("{id:guid}", GetAsync).WithName("GetRule");
        rules.MapPost("", CreateAsync).Accepts<RuleInput>("application/json").ProducesProblem(StatusCodes.Status400BadRequest);
        rules.MapPut("{id:guid}", ReplaceAsync).Accepts<RuleInput>("application/json").ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        rules.MapDelete("{id:guid}", DeleteAsync);
        rules.MapPost("{id:guid}/enable", EnableAsync);
        rules.MapPost("{id:guid}/disable", DisableAsync);
    }

    private static async Task<Ok<RuleList>> ListAsync(AutomationDbContext db, CancellationToken cancellationToken)
    {
        var rules = await db.Rules.AsNoTracking().OrderBy(rule => rule.CreatedAt).ThenBy(rule => rule.Id).ToListAsync(cancellationToken);
        return TypedResults.Ok(new RuleList([.. rules.Select(rule => RuleView.Of(rule))]));
    }

    private static async Task<Results<Ok<RuleView>, ProblemHttpResult>> GetAsync(Guid id, AutomationDbContext db, CancellationToken cancellationToken) =>
        await db.Rules.AsNoTracking().SingleOrDefaultAsync(rule => rule.Id == id, cancellationToken) is { } rule ? TypedResults.Ok(RuleView.Of(rule)) : NotFound(id);

    private static async Task<Results<CreatedAtRoute<RuleView>, ValidationProblem, ProblemHttpResult>> CreateAsync(
        HttpRequest request, RuleReader reader, AutomationDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (input, problem) = await JsonBody.ReadAsync<RuleInput>(request);
        if (problem is not null)
        {
            return problem;
        }

        if (reader.Read(input!, [], out var errors) is not { } content)
        {
            return TypedResults.ValidationProblem(errors.ByField);
        }

        var now = clock.GetUtcNow();
        var rule = new Rule
        {
            Id = Guid.CreateVersion7(now),
            Name = content.Name,
            Enabled = content.Enabled,
            EventType = content.EventType,
            Conditions = content.Conditions,
            Actions = content.Actions,
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Rules.Add(rule);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.CreatedAtRoute(RuleView.Of(rule, content.NewSecrets), "GetRule", new { id = rule.Id });
    }

    private static async Task<Results<Ok<RuleView>, ValidationProblem, ProblemHttpResult>> ReplaceAsync(
        Guid id, HttpRequest request, RuleReader reader, AutomationDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (input, problem) = await JsonBody.ReadAsync<RuleInput>(request);
        if (problem is not null)
        {
            return problem;
        }

        if (await db.Rules.SingleOrDefaultAsync(rule => rule.Id == id, cancellationToken) is not { } rule)
        {
            return NotFound(id);
        }

        var content = reader.Read(input!, rule.Actions, out var errors);
        if (input!.Version is not { } version)
        {
            errors.Add("version", "Send the version of the rule that you read, so that nobody's change is lost.");
            content = null;
        }
        else if (version != rule.Version)
        {
            return Changed(rule.Version);
        }

        if (content is null)
        {
            return TypedResults.ValidationProblem(errors.ByField);
        }

        (rule.Name, rule.Enabled, rule.EventType, rule.Conditions, rule.Actions) = (content.Name, content.Enabled, content.EventType, content.Conditions, content.Actions);
        return await SaveAsync(rule, db, clock, cancellationToken) ? TypedResults.Ok(RuleView.Of(rule, content.NewSecrets)) : Changed(null);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(Guid id, AutomationDbContext db, CancellationToken cancellationToken) =>
        await db.Rules.Where(rule => rule.Id == id).ExecuteDeleteAsync(cancellationToken) > 0 ? TypedResults.NoContent() : NotFound(id);

    private static Task<Results<Ok<RuleView>, ProblemHttpResult>> EnableAsync(Guid id, AutomationDbContext db, TimeProvider clock, CancellationToken cancellationToken) =>
        SwitchAsync(id, enabled: true, db, clock, cancellationToken);

    private static Task<Results<Ok<RuleView>, ProblemHttpResult>> DisableAsync(Guid id, AutomationDbContext db, TimeProvider clock, CancellationToken cancellationToken) =>
        SwitchAsync(id, enabled: false, db, clock, cancellationToken);

    private static async Task<Results<Ok<RuleView>, ProblemHttpResult>> SwitchAsync(Guid id, bool enabled, AutomationDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await db.Rules.SingleOrDefaultAsync(rule => rule.Id == id, cancellationToken) is not { } rule)
        {
            return NotFound(id);
        }

        if (rule.Enabled != enabled)
        {
            rule.Enabled = enabled;
            if (!await SaveAsync(rule, db, clock, cancellationToken))
            {
                return Changed(null);
            }
        }

        return TypedResults.Ok(RuleView.Of(rule));
    }

    private static async Task<bool> SaveAsync(Rule rule, AutomationDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        rule.Version++;
        rule.UpdatedAt = clock.GetUtcNow();
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }

    private static ProblemHttpResult NotFound(Guid id) => TypedResults.Problem($"There is no rule {id}.", statusCode: StatusCodes.Status404NotFound);

    private static ProblemHttpResult Changed(int? version) => TypedResults.Problem(
        $"Somebody has changed the rule meanwhile{(version is null ? "" : $"; it is at version {version} now")}. Read it again and repeat your change.",
        statusCode: StatusCodes.Status409Conflict);
}
