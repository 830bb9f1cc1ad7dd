namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>Routes that something stands before.</summary>
internal static class GuardedRoutes
{
    /// <summary>Routes that a filter lets through or not.</summary>
    /// <typeparam name="T">
    /// The filter, made here: the framework would compile an expression to make it.
    /// </typeparam>
    public static RouteGroupBuilder Behind<T>(this IEndpointRouteBuilder routes)
        where T : class, IEndpointFilter =>
        routes.MapGroup("").AddEndpointFilter(ActivatorUtilities.CreateInstance<T>(routes.ServiceProvider));
}
