using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Octokit.Webhooks;
using Octokit.Webhooks.Events;
using Octokit.Webhooks.Events.PullRequest;
using Stripe;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;
using WebhookPlatform.UnitTests.Simulators;

namespace WebhookPlatform.UnitTests.Gateway.Providers.Official;

/// <summary>What the simulators send is what Stripe.net and Octokit.Webhooks, the providers' own libraries, read into their types.</summary>
public sealed class SimulatedPayloadTests
{
    private static readonly OctokitReader Octokit = new();

    public static TheoryData<string> StripeEvents() => EventsOf("stripe");

    public static TheoryData<string> GitHubEvents() => EventsOf("github");

    [Theory]
    [MemberData(nameof(StripeEvents))]
    public void Stripes_library_reads_every_simulated_event_with_its_object(string eventType)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (request, json, read) = Stripe(eventType, seed);

            Assert.Equal((request.EventId, eventType), (read.Id, read.Type));
            Assert.Equal(Simulation.Start.UtcDateTime, read.Created);
            var subject = Assert.IsAssignableFrom<StripeEntity>(read.Data.Object);
            Assert.Equal(json.At("data.object.id").GetString(), Assert.IsAssignableFrom<IHasId>(subject).Id);
            Assert.Equal(json.At("data.object.object").GetString(), Assert.IsAssignableFrom<IHasObject>(subject).Object);
        }
    }

    [Fact]
    public void Stripes_library_finds_a_payments_money_customer_and_order()
    {
        var (_, json, read) = Stripe("payment_intent.succeeded", seed: 3);
        var payment = Assert.IsType<PaymentIntent>(read.Data.Object);

        Assert.Equal((json.At("data.object.amount_received").GetInt64(), json.At("data.object.currency").GetString(), "succeeded"), (payment.AmountReceived, payment.Currency, payment.Status));
        Assert.Equal(json.At("data.object.customer").GetString(), payment.CustomerId);
        Assert.Equal(json.At("data.object.metadata.order_id").GetString(), payment.Metadata["order_id"]);
        Assert.Equal(json.At("data.object.latest_charge").GetString(), payment.LatestChargeId);
    }

    [Fact]
    public void Stripes_library_finds_why_a_payment_failed()
    {
        var (_, json, read) = Stripe("payment_intent.payment_failed", seed: 4);
        var error = Assert.IsType<PaymentIntent>(read.Data.Object).LastPaymentError;

        Assert.Equal(
            (json.At("data.object.last_payment_error.code").GetString(), json.At("data.object.last_payment_error.decline_code").GetString(), json.At("data.object.last_payment_error.message").GetString()),
            (error.Code, error.DeclineCode, error.Message));
    }

    [Fact]
    public void Stripes_library_finds_what_was_refunded_of_which_payment()
    {
        var (_, json, read) = Stripe("charge.refunded", seed: 5);
        var charge = Assert.IsType<Charge>(read.Data.Object);

        Assert.Equal((json.At("data.object.amount_refunded").GetInt64(), json.At("data.object.payment_intent").GetString()), (charge.AmountRefunded, charge.PaymentIntentId));
        Assert.Equal(json.At("data.object.refunded").GetBoolean(), charge.Refunded);
        Assert.Equal(json.At("data.object.billing_details.email").GetString(), charge.BillingDetails.Email);
    }

    [Fact]
    public void Stripes_library_finds_a_customers_name_and_address()
    {
        var (_, json, read) = Stripe("customer.created", seed: 6);
        var customer = Assert.IsType<Customer>(read.Data.Object);

        Assert.Equal((json.At("data.object.name").GetString(), json.At("data.object.email").GetString()), (customer.Name, customer.Email));
    }

    [Theory]
    [MemberData(nameof(GitHubEvents))]
    public void GitHubs_library_reads_every_simulated_event_as_its_own_type(string eventType)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (request, json, read) = GitHub(eventType, seed);
            var name = request.Headers.Single(header => header.Key == "X-GitHub-Event").Value;

            // push is a PushEvent; pull_request with the action closed a PullRequestClosedEvent.
            var action = json.TryGetProperty("action", out var found) ? found.GetString()! : "";
            Assert.Equal(Pascal(name) + Pascal(action) + "Event", read.GetType().Name, ignoreCase: true);
            if (json.TryGetProperty("repository", out var repository))
            {
                Assert.Equal((repository.At("id").GetInt64(), repository.At("full_name").GetString()), (read.Repository!.Id, read.Repository.FullName));
            }

            if (json.TryGetProperty("sender", out var sender))
            {
                Assert.Equal(sender.At("login").GetString(), read.Sender!.Login);
            }
        }
    }

    [Fact]
    public void GitHubs_library_finds_a_pushs_branch_and_commits()
    {
        var (_, json, read) = GitHub("push", seed: 7);
        var push = Assert.IsType<PushEvent>(read);

        Assert.Equal((json.At("ref").GetString(), json.At("after").GetString()), (push.Ref, push.After));
        Assert.Equal(json.At("commits").EnumerateArray().Select(commit => commit.At("id").GetString()), push.Commits.Select(commit => commit.Id));
        Assert.Equal(json.At("head_commit.message").GetString(), push.HeadCommit!.Message);
    }

    [Fact]
    public void GitHubs_library_finds_that_and_by_whom_a_pull_request_was_merged()
    {
        var (_, json, read) = GitHub("pull_request.merged", seed: 8);
        var pull = Assert.IsType<PullRequestClosedEvent>(read).PullRequest;

        Assert.True(pull.Merged);
        Assert.Equal(
            (json.At("pull_request.number").GetInt64(), json.At("pull_request.title").GetString(), json.At("pull_request.merged_by.login").GetString()),
            (pull.Number, pull.Title, pull.MergedBy?.Login));
    }

    [Theory]
    [InlineData("issues.opened")]
    [InlineData("issues.closed")]
    public void GitHubs_library_finds_an_issues_number_and_title(string eventType)
    {
        var (_, json, read) = GitHub(eventType, seed: 9);
        var issue = Assert.IsAssignableFrom<IssuesEvent>(read).Issue;

        Assert.Equal((json.At("issue.number").GetInt64(), json.At("issue.title").GetString(), json.At("issue.user.login").GetString()), (issue.Number, issue.Title, issue.User.Login));
    }

    [Fact]
    public void GitHubs_library_finds_a_releases_tag_and_a_workflows_end()
    {
        var (_, release, readRelease) = GitHub("release.published", seed: 10);
        var (_, run, readRun) = GitHub("workflow_run.completed", seed: 10);

        Assert.Equal(release.At("release.tag_name").GetString(), Assert.IsAssignableFrom<ReleaseEvent>(readRelease).Release.TagName);
        var workflow = Assert.IsAssignableFrom<WorkflowRunEvent>(readRun).WorkflowRun;
        Assert.Equal(run.At("workflow_run.id").GetInt64(), workflow.Id);
        Assert.Equal(run.At("workflow_run.conclusion").GetString(), workflow.Conclusion?.StringValue);
    }

    private static (SignedRequest Request, JsonElement Json, Event Read) Stripe(string eventType, int seed)
    {
        var request = Create("stripe", eventType, seed);
        var header = request.Headers.Single(found => found.Key == "Stripe-Signature").Value;
        var read = EventUtility.ConstructEvent(Encoding.UTF8.GetString(request.Body), header, SimulatedSources.SecretOf("stripe"), 0, Simulation.Start.ToUnixTimeSeconds(), throwOnApiVersionMismatch: false);
        return (request, request.Json(), read);
    }

    private static (SignedRequest Request, JsonElement Json, WebhookEvent Read) GitHub(string eventType, int seed)
    {
        var request = Create("github", eventType, seed);
        return (request, request.Json(), Octokit.Read(request));
    }

    private static SignedRequest Create(string provider, string eventType, int seed) => SimulatorCatalog.Find(provider)!.Create(eventType, Simulation.Context(provider, seed));

    private static TheoryData<string> EventsOf(string provider) => [.. SimulatorCatalog.Find(provider)!.Events.Select(known => known.Name)];

    private static string Pascal(string name) => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(name.Replace('_', ' ')).Replace(" ", "", StringComparison.Ordinal);

    private sealed class OctokitReader : WebhookEventProcessor
    {
        public WebhookEvent Read(SignedRequest request)
        {
            var headers = new HeaderDictionary();
            foreach (var (name, value) in request.Headers)
            {
                headers.Append(name, value);
            }

            return DeserializeWebhookEvent(WebhookHeaders.Parse(headers), Encoding.UTF8.GetString(request.Body));
        }
    }
}
