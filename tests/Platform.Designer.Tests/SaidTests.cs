using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Platform.Designer.Language;
using Platform.Designer.Shell;
using Platform.Testing;

namespace Platform.Designer.Tests;

/// <summary>What the engine and the activities say in English is read in Chinese where the pages know the sentence.</summary>
public sealed partial class SaidTests
{
    private static readonly string[] Rooms = ["Platform.Engine", "Platform.Activities", "Platform.Tables", "Platform.Workflows"];

    [Theory]
    [InlineData("Task 'clean' failed", "任务 'clean' 失败")]
    [InlineData("Its trigger rule all_success cannot be met: 'a' is failed, 'b' is upstream_failed.", "触发规则 all_success 无法满足：'a' 失败, 'b' 上游失败。")]
    [InlineData("It took longer than its time-out. Raise 'timeout', or find what holds it up in its log.", "超过了时限。请调大 timeout，或在日志中查找拖慢它的原因。")]
    [InlineData("No file matches /tmp/nope*.csv. Check the path, or set 'on_missing' to skip.", "没有文件匹配 /tmp/nope*.csv。请检查路径，或将 on_missing 设为 skip。")]
    [InlineData("Table 'raw.x' does not exist. Run the task that writes it, or check the name. There are no tables yet.", "数据表“raw.x”不存在。请先运行写入它的任务，或检查名称。还没有数据表。")]
    [InlineData("Run 7 of workflow 'sub' is failed: Task 'a' failed. Look into run 7; a retry or a clear of this task goes on from there.", "工作流“sub”的运行 7 状态为失败：任务 'a' 失败。请查看运行 7；重试或重新运行此任务会从那里继续。")]
    [InlineData("'sh' ended with code 3. Its last lines: \nno such host\nbye", "“sh”以代码 3 结束。最后几行：\nno such host\nbye")]
    [InlineData("Binder Error: nobody knows this {0}", "Binder Error: nobody knows this {0}")]
    public void A_sentence_is_said_in_Chinese_and_what_is_unknown_stays(string english, string chinese)
    {
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        var texts = services.GetRequiredService<IStringLocalizer<Texts>>();
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");
            Assert.Equal(chinese, Said.In(english, texts));
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
            Assert.Equal(english, Said.In(english, texts));
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    [Fact]
    public void Every_sentence_that_the_pages_know_is_one_that_a_room_says()
    {
        var sources = string.Join('\n', Rooms.SelectMany(r => Directory.EnumerateFiles(Repository.PathOf(r), "*.cs", SearchOption.AllDirectories)).Where(f => !f.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText));
        var sentences = XDocument.Load(Repository.PathOf("Platform.Designer", "Language", "Texts.resx")).Root!.Elements("data").Where(d => d.Attribute("name")!.Value.StartsWith("Said.", StringComparison.Ordinal)).Select(d => d.Element("value")!.Value).ToList();
        Assert.True(sentences.Count > 40, $"Only {sentences.Count} were found.");
        // The longest of a sentence's own words, part by part.
        Assert.DoesNotContain(sentences, s => !sources.Contains(Place().Split(s).Select(p => p.Trim(' ', '.', '\'', ',', ':')).MaxBy(p => p.Length)!, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\{\d\}|\. ")]
    private static partial Regex Place();
}
