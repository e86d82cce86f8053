using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using WebhookPlatform.Gateway.Diagnosis;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Rejections;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Gateway.Tallies;
using WebhookPlatform.Messaging.Outages;

namespace WebhookPlatform.Gateway.Ingress;

/// <summary><c>/webhooks/{source}</c>: reads, verifies, stores and only then acknowledges. The sender learns no more than it may know; the operator finds the reason at <c>/api/rejections</c>.</summary>
public sealed partial class WebhookEndpoint(
    SourceDirectory sources,
    BodyReader bodies,
    DeliveryReader deliveries,
    IngestQueue queue,
    RejectionLog rejections,
    UnprovenDesk unproven,
    SecretUses uses,
    IProviderQueries queries,
    TallyBoard tallies,
    TimeProvider clock,
    ILogger<WebhookEndpoint> logger)
{
    private const int LargestHeaders = 32 * 1024;

    public async Task HandleAsync(HttpContext context)
    {
        var name = (string?)context.Request.RouteValues["source"] ?? "";
        var source = sources.Find(name);
        if (queue.IsFull)
        {
            await RefuseAsync(context, source, "More webhooks wait than can be stored in time.");
            return;
        }

        try
        {
            if (source is null)
            {
                throw sources.MayExist(name)
                    ? new IngestRefusedException("source-unusable", "The source's settings cannot be read.")
                    : new RequestRefusedException(StatusCodes.Status404NotFound, "unknown-source", $"There is no source '{Printable(name)}'.");
            }

            await HandleAsync(context, source);
        }
        catch (RequestRefusedException refused)
        {
            tallies.Reject(source);
            rejections.Add(Rejection(context, source, clock.GetUtcNow(), refused, refused.Reason));
            await Answers.ProblemAsync(context.Response, refused.Status, ForSender(refused));
        }
        catch (Exception failure) when (failure is IngestRefusedException || Outage.Is(failure))
        {
            if (!context.RequestAborted.IsCancellationRequested)
            {
                await RefuseAsync(context, source, failure.GetBaseException().Message);
            }
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The sender has gone; if the webhook was stored all the same, its next try is a duplicate.
        }
        catch (Exception fault)
        {
            tallies.Refuse(source);
            LogFault(logger, fault, source?.Name ?? RejectionLog.UnknownSource);
            await Answers.ProblemAsync(context.Response, StatusCodes.Status500InternalServerError, "The webhook could not be handled.");
        }
    }

    private async Task RefuseAsync(HttpContext context, Source? source, string reason)
    {
        tallies.Refuse(source);
        LogRefused(logger, source?.Name ?? RejectionLog.UnknownSource, reason);
        await Answers.ComeAgainAsync(context.Response);
    }

    private async Task HandleAsync(HttpContext context, Source source)
    {
        var request = context.Request;
        CheckHeaders(request);
        if (!HttpMethods.IsPost(request.Method))
        {
            await AnswerOtherMethodAsync(context, source);
            return;
        }

        CheckContent(request, source.Provider);
        var body = await bodies.ReadAsync(request, source.MaxBodyBytes);
        try
        {
            await HandlePostAsync(context, source, body);
        }
        finally
        {
            body.Release();
        }
    }

    private async Task HandlePostAsync(HttpContext context, Source source, RequestBody body)
    {
        var raw = Raw(context, HttpMethods.Post, source, body.Bytes);
        if (source.Provider.AnswerUnsigned(raw, source) is { } unsigned)
        {
            await Answers.AsProviderWantsAsync(context.Response, unsigned);
            return;
        }

        var now = clock.GetUtcNow();
        var verification = source.Provider is IRemoteProvider remote
            ? await remote.VerifyAsync(raw, source, queries, now, context.RequestAborted)
            : source.Provider.Verify(raw, source, now);
        if (verification.Failure is { } failure)
        {
            await RefuseUnprovenAsync(context, new UnprovenRequest(source, raw, body, failure, now, RequestUrl.Called(context.Request), Undiagnosed(context, source, now, failure)));
            return;
        }

        if (source.Provider.Confirmation(raw, source) is { } confirmation)
        {
            await queries.ConfirmAsync(confirmation, context.RequestAborted);
        }

        if (source.Provider.AnswerSigned(raw, source) is { } signed)
        {
            await Answers.AsProviderWantsAsync(context.Response, signed);
            return;
        }

        var accepted = source.Provider.AnswerAccepted(raw, source);
        var delivery = deliveries.Read(raw, body, source, verification, now);
        var result = await queue.CommitAsync(delivery);
        uses.Count(source.Name, delivery.Secret);
        if (result.Outcome is IngestOutcome.Conflict)
        {
            LogConflict(logger, source.Name, result.DeliveryId);
        }

        await (accepted is null ? Answers.AcceptedAsync(context.Response, result) : Answers.AsProviderWantsAsync(context.Response, accepted));
    }

    // It is looked into after its answer, which tells nothing.
    private async Task RefuseUnprovenAsync(HttpContext context, UnprovenRequest request)
    {
        tallies.Reject(request.Source);
        try
        {
            var refused = Unproven(request.Failure);
            await (request.Source.Provider.WantsEmptyRefusals
                ? Answers.AsProviderWantsAsync(context.Response, new HandshakeResponse(refused.Status))
                : Answers.ProblemAsync(context.Response, refused.Status, ForSender(refused)));
        }
        finally
        {
            unproven.Take(request);
        }
    }

    private static RequestRefusedException Unproven(VerificationFailure failure) => new(StatusCodes.Status401Unauthorized, VerificationWords.Name(failure), VerificationWords.Detail(failure));

    // Providers shake hands with GET, HEAD and OPTIONS; everything else is not for this address.
    private static async Task AnswerOtherMethodAsync(HttpContext context, Source source)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        {
            var raw = Raw(context, request.Method.ToUpperInvariant(), source, ReadOnlyMemory<byte>.Empty);
            if (source.Provider.AnswerUnsigned(raw, source) is { } answer)
            {
                await Answers.AsProviderWantsAsync(context.Response, answer);
                return;
            }
        }

        context.Response.Headers.Allow = HttpMethods.Post;
        throw new RequestRefusedException(StatusCodes.Status405MethodNotAllowed, "method-not-allowed", $"{Printable(request.Method)} is not allowed; webhooks are POSTed.");
    }

    private static RawRequest Raw(HttpContext context, string method, Source source, ReadOnlyMemory<byte> body)
    {
        var request = context.Request;
        var query = request.QueryString.Value ?? "";
        return new RawRequest(method, query, request.Headers, body)
        {
            Url = source.Provider.NeedsUrl ? RequestUrl.Of(source, RequestUrl.Called(request), query) : "",
            ClientCertificate = context.Features.Get<ITlsConnectionFeature>()?.ClientCertificate,
        };
    }

    private static void CheckHeaders(HttpRequest request)
    {
        var size = 0;
        foreach (var (name, values) in request.Headers)
        {
            foreach (var value in values)
            {
                size += name.Length + (value?.Length ?? 0);
            }
        }

        if (size > LargestHeaders)
        {
            throw new RequestRefusedException(StatusCodes.Status431RequestHeaderFieldsTooLarge, "headers-too-large", $"The headers are larger than {LargestHeaders} bytes.");
        }
    }

    private static void CheckContent(HttpRequest request, IWebhookProvider provider)
    {
        if (request.Headers.ContentEncoding.Count > 0 && !string.Equals(request.Headers.ContentEncoding, "identity", StringComparison.OrdinalIgnoreCase))
        {
            request.HttpContext.Response.Headers.AcceptEncoding = "identity"; // RFC 9110, section 12.5.3
            throw new RequestRefusedException(StatusCodes.Status415UnsupportedMediaType, "content-encoding", "Signatures are over the body as it is: compressed bodies are not accepted.");
        }

        var media = new RawRequest("", "", request.Headers, default).MediaType;
        if (media is not null && !provider.Takes(media))
        {
            throw new RequestRefusedException(StatusCodes.Status415UnsupportedMediaType, "media-type", $"'{Printable(media)}' is not what {provider.Name} sends: {string.Join(", ", provider.MediaTypes)}.");
        }
    }

    private static Rejection Rejection(HttpContext context, Source? source, DateTimeOffset at, RequestRefusedException refused, string cause) => new()
    {
        At = at,
        Source = source?.Name ?? RejectionLog.UnknownSource,
        Status = refused.Status,
        Reason = refused.Reason,
        Cause = cause,
        Detail = refused.Message,
        RemoteAddress = Ingress.RemoteAddress.Of(context),
        UserAgent = context.Request.Headers.UserAgent is [{ Length: > 0 } agent] ? Printable(agent) : null,
        ContentLength = context.Request.ContentLength,
    };

    private static Rejection Undiagnosed(HttpContext context, Source source, DateTimeOffset at, VerificationFailure failure)
    {
        var finding = Diagnostician.Undiagnosed(failure);
        var rejection = Rejection(context, source, at, Unproven(failure), finding.Cause);
        rejection.Detail = finding.Sentence;
        return rejection;
    }

    private static string ForSender(RequestRefusedException refused) => refused.Status switch
    {
        StatusCodes.Status401Unauthorized => "The request could not be verified.",
        StatusCodes.Status404NotFound => "There is nothing here.",
        StatusCodes.Status415UnsupportedMediaType => "The body's media type or encoding is not accepted here.",
        _ => refused.Message,
    };

    // What a sender claims is shown to operators and stored as text: bounded, and nothing but plain characters.
    private static string Printable(string text) => NotPlain().Replace(text.Length <= 100 ? text : text[..100], "?");

    [GeneratedRegex("[^ -~]", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex NotPlain();

    // One line a request would be a flood in an outage; the publisher of the counts tells how many at the usual level.
    [LoggerMessage(Level = LogLevel.Debug, Message = "A webhook of source {Source} was refused with 503: {Reason}")]
    private static partial void LogRefused(ILogger logger, string source, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A webhook of source {Source} could not be handled; it was answered with 500")]
    private static partial void LogFault(ILogger logger, Exception fault, string source);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Source {Source} sent another body under the event id of delivery {DeliveryId}; it is kept and flagged, not published")]
    private static partial void LogConflict(ILogger logger, string source, Guid deliveryId);
}
