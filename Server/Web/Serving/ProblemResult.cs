namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>Answers with problem+json.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="detail">What to do about it.</param>
internal sealed class ProblemResult(int status, string detail) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => Problem.WriteAsync(httpContext, status, detail);
}
