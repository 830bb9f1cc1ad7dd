using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Settings;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>Marks an endpoint that takes a form of ours and nothing else.</summary>
internal sealed class TakesOwnForms;

/// <summary>
/// Marks an endpoint whose form visitors see: who signed in since, by pressing twice, may send it again.
/// </summary>
internal sealed class TakesFormsOfVisitors;

/// <summary>Marks an endpoint for administrators only.</summary>
internal sealed class ForAdministrators;

/// <summary>
/// Lets a form through only when it is one of ours: sent by a page of this node (Sec-Fetch-Site, Origin) and carrying
/// the token that was shown to this reader.
/// </summary>
internal sealed class FormGuard(IAntiforgery antiforgery, Callers callers, Failures failures, ServerOptions options)
    : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!IsSameSite(http.Request))
        {
            return await failures.ShowAsync(http, new Refusal(RefusalKind.Forbidden, "problem.400text"));
        }

        if (!http.Request.HasFormContentType)
        {
            return await failures.ShowAsync(http, StatusCodes.Status415UnsupportedMediaType);
        }

        await callers.FindAsync(http);
        return await IsOursAsync(http)
            ? await next(context)
            : await failures.ShowAsync(http, new Refusal(RefusalKind.Invalid, "error.expired"));
    }

    // Form tokens are bound to who is signed in, besides to the browser.
    private async Task<bool> IsOursAsync(HttpContext http)
    {
        if (await IsValidAsync(http))
        {
            return true;
        }

        if (http.GetEndpoint()?.Metadata.GetMetadata<TakesFormsOfVisitors>() is null)
        {
            return false;
        }

        var user = http.User;
        http.User = new ClaimsPrincipal(new ClaimsIdentity());
        var isValid = await IsValidAsync(http);
        http.User = user;
        return isValid;
    }

    private async Task<bool> IsValidAsync(HttpContext http)
    {
        try
        {
            await antiforgery.ValidateRequestAsync(http);
            return true;
        }
        catch (AntiforgeryValidationException)
        {
            return false;
        }
    }

    private bool IsSameSite(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site is "same-origin" or "none";
        }

        // Older browsers name the origin only; programs without either still need the token.
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || origin.Equals(options.Origin.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>Lets administrators through; visitors are asked to sign in.</summary>
internal sealed class AdministratorFilter(Callers callers, Failures failures) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var caller = await callers.FindAsync(context.HttpContext);
        return caller switch
        {
            { IsAdministrator: true } => await next(context),
            { Account: null } => await failures.ShowAsync(
                context.HttpContext, new Refusal(RefusalKind.SignInNeeded, "problem.403visitor")),
            _ => await failures.ShowAsync(
                context.HttpContext, new Refusal(RefusalKind.Forbidden, "problem.403text")),
        };
    }
}
