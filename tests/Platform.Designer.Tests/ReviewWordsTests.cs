using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Platform.Catalog.Review;
using Platform.Designer.Language;
using Platform.Designer.Ports;
using Platform.Designer.Review;

namespace Platform.Designer.Tests;

/// <summary>What stands for decision, as a person reads it.</summary>
public sealed class ReviewWordsTests
{
    [Fact]
    public void Wrong_cells_say_how_many_why_and_with_which_witness()
    {
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        var words = new ReviewWords(services.GetRequiredService<IStringLocalizer<Texts>>(), new NoTypes());
        var item = new ReviewItem
        {
            Id = "cells:7",
            Source = "cells",
            Kind = "wrong_cells",
            Asset = "raw.t",
            AssetName = "raw.t",
            Column = "city",
            DataType = null,
            Value = JsonSerializer.SerializeToElement(new
            {
                reason = "misspelt",
                cells = 29,
                examples = new object[]
                {
                    new { place = "row 8", value = "Hambrug", suggestion = "Hamburg", given = "shop S1", with = 11 },
                    new { place = (string?)null, value = (string?)null, suggestion = "Hamburg", given = (string?)null, with = 0 },
                    new { value = "odd" },
                },
            }),
            Confidence = 0.9,
            Evidence = JsonSerializer.SerializeToElement(new { }),
            Origin = "rule",
            OriginVersion = "",
            PersonalClass = null,
            Profile = null,
            Settles = new ReviewSettles { Score = 1, Uncertainty = 1, Similar = 0, Uses = 0, Weight = 1, Sentence = "", SentenceZh = "" },
        };

        Assert.Equal("29 cells: misspelt", words.Proposal(item));
        Assert.Equal("Wrong cells", words.Kind(item.Source, item.Kind));
        Assert.Equal(["row 8: “Hambrug”, but 11 rows with shop S1 have “Hamburg”", "empty, meant is “Hamburg”", "“odd”"], words.Cells(item));
        // Cells are mended where they are made, not in the queue.
        Assert.Null(ReviewWords.Correctable(item));
    }

    private sealed class NoTypes : ISemanticTypePort
    {
        public IReadOnlyList<SemanticTypeEntry> All => [];
    }
}
