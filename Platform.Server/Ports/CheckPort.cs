using Platform.Catalog.Quality;
using Platform.Designer.Ports;
using Platform.Server.Data;

namespace Platform.Server.Ports;

/// <summary>Declares checks for the pages, as the API does.</summary>
internal sealed class CheckPort(CheckReader reader, QualityCommands commands, QualityQueries queries) : ICheckPort
{
    public async Task<string?> SaveAsync(CheckInput check, CancellationToken cancellationToken)
    {
        var read = await reader.ReadAsync(check.Asset, check.Definition, check.Enabled, check.Note, cancellationToken);
        if (read.Check is not { } made)
            return read.NoAsset ? $"The inventory does not know '{check.Asset}' any more. Scan its source again." : read.Problem;
        if (check.Id is { } id && (await queries.DeclaredAsync(id, cancellationToken) is not { } before || before.Asset != made.Asset || before.Column != made.Column))
            return "Somebody else has deleted this check. Close the form and declare it anew.";
        var kept = check.Id is { } known ? await commands.UpdateCheckAsync(known, made, check.By, cancellationToken) : await commands.CreateCheckAsync(made, check.By, cancellationToken) is not null;
        return kept ? null : $"There is a check '{made.Name}'{(made.Column is null ? "" : $" of '{made.Column}'")} already. Give this one another name.";
    }
}
