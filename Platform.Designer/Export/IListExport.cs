using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Platform.Designer.Export;

/// <summary>A list that can be taken away as a file: all rows that the page's address asks for, not only those on the screen.</summary>
internal interface IListExport
{
    /// <summary>Its name in the address, and of the file.</summary>
    string Name { get; }

    /// <summary>What one must be allowed to do, of <see cref="SignIn.Permissions"/>. Default: to see.</summary>
    string Permission => SignIn.Permissions.See;

    /// <summary>Names of the columns, snake_case.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>The rows, in the page's order, as they are read. Values are texts, numbers, truths, times, lists of texts or null.</summary>
    IAsyncEnumerable<object?[]> RowsAsync(ExportRequest request, CancellationToken cancellationToken);
}

/// <summary>What is asked for.</summary>
/// <param name="Query">The page's own query.</param>
/// <param name="User">Who asks.</param>
internal sealed record ExportRequest(IQueryCollection Query, ClaimsPrincipal User)
{
    /// <summary>A value of the query; null where it is not there or empty.</summary>
    public string? this[string name] => Query[name].ToString() is { Length: > 0 } value ? value : null;
}
