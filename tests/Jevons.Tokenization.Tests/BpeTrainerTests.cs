using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Jevons.Testing;

namespace Jevons.Tokenization.Tests;

/// <summary>The trainer of byte-level BPE against the tokenizers that Hugging Face's trained on the same corpora.</summary>
public sealed class BpeTrainerTests
{
    private static readonly string[] s_folder = ["graders", "tokenizer-training"];

    public static TheoryData<string> Names
    {
        get
        {
            string? index = SharedData.TryPath([.. s_folder, "index.json"]);
            return index is null ? [string.Empty] : [.. Entries(index).Select(e => e.GetProperty("name").GetString()!)];
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Train_EqualsTheReferenceTrainer_MergesVocabularyAndIds(string name)
    {
        string index = SharedData.Path([.. s_folder, "index.json"]);
        JsonElement entry = Entries(index).Single(e => e.GetProperty("name").GetString() == name);
        string golden = SharedData.Path([.. s_folder, name + ".tokenizer.json"]);
        TokenizerDefinition definition = Train(index, entry);
        Assert.Equal(entry.GetProperty("actual_vocab").GetInt32(), definition.Tokens.Count);
        Assert.Equal(entry.GetProperty("merges").GetInt32(), definition.Merges.Count);

        using MemoryStream written = new();
        TokenizerJsonWriter.Write(definition, written);
        JsonNode ours = JsonNode.Parse(written.ToArray())!;
        JsonNode theirs = JsonNode.Parse(File.ReadAllBytes(golden))!;
        foreach ((string key, JsonNode? value) in theirs.AsObject())
        {
            Assert.True(JsonNode.DeepEquals(value, ours[key]), $"{key} of tokenizer.json differs");
        }

        Assert.Equal(theirs.AsObject().Count, ours.AsObject().Count);

        written.Position = 0;
        Tokenizer trained = Tokenizer.Create(definition);
        Tokenizer read = Tokenizer.Create(TokenizerJson.Read(written));
        string[] texts = [.. GoldenTests.Lines([.. s_folder, "test-strings.jsonl"]).Select(r => r.GetProperty("text").GetString()!)];
        int cases = 0;
        foreach (JsonElement row in GoldenTests.Lines([.. s_folder, "ids.jsonl"]).Where(r => r.GetProperty("tokenizer").GetString() == name))
        {
            cases++;
            int[] ids = GoldenTests.Ids(row.GetProperty("ids"));
            GoldenTests.Check(trained, texts[row.GetProperty("test").GetInt32()], ids, parseSpecial: true);
            GoldenTests.Check(read, texts[row.GetProperty("test").GetInt32()], ids, parseSpecial: true);
        }

        Assert.Equal(texts.Length, cases);
    }

    [Fact]
    public void Index_NamesEveryTrainedTokenizer()
    {
        string[] names = [.. Entries(SharedData.Path([.. s_folder, "index.json"])).Select(e => e.GetProperty("name").GetString()!).Order(StringComparer.Ordinal)];
        Assert.Equal(18, names.Length);
        IEnumerable<string> files = SharedData.Walk("*.tokenizer.json", s_folder).Select(f => Path.GetFileName(f)[..^".tokenizer.json".Length]);
        Assert.Equal(files.Order(StringComparer.Ordinal), names, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(SplitPattern.Gpt2)]
    [InlineData(SplitPattern.Qwen)]
    [InlineData(SplitPattern.Gpt4)]
    public void Read_ThroughASmallWindow_CountsThePiecesOfTheWholeText(SplitPattern pattern)
    {
        const string parts = "a|b'|'re|'S|\u017F| |  |\n|\r\n|\t|\u3000|1|23|,|...|\u00E9|猫|😀|\u0301|'";
        string[] all = parts.Split('|');
        Random random = new(5);
        for (int round = 0; round < 60; round++)
        {
            string text = string.Concat(Enumerable.Range(0, 200).Select(_ => all[random.Next(all.Length)]));
            foreach (bool byLine in (bool[])[false, true])
            {
                Dictionary<string, long> whole = Pieces(pattern, text, byLine, 1 << 16);
                Assert.Equal(whole, Pieces(pattern, text, byLine, 64));
                Assert.Equal(whole, Pieces(pattern, text, byLine, 67));
                Assert.NotEmpty(whole);
            }
        }
    }

    [Fact]
    public void Train_DoesNotDependOnTheOrderOfTexts()
    {
        string[] texts = ["the cat sat", "that hat", "aaaaaaa aaa aa aaaaa", "cat hat sat", "ababab abab"];
        TokenizerDefinition forward = TrainOn(texts, 300);
        Assert.Equal(forward.Merges, TrainOn([.. texts.AsEnumerable().Reverse()], 300).Merges);
        Assert.NotEmpty(forward.Merges);
    }

    [Fact]
    public void Train_EqualsRecountingEveryTime()
    {
        Random random = new(17);
        for (int round = 0; round < 40; round++)
        {
            string[] texts =
            [
                .. Enumerable.Range(0, 30).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => (char)('a' + random.Next(4))))),
            ];
            Assert.Equal(MergesByRecounting(texts, 40), TrainOn(texts, 256 + 40).Merges);
        }
    }

    [Fact]
    public void Train_RunsOfOneLetter_MergesOverlappingPairsFromTheLeft()
    {
        TokenizerDefinition definition = TrainOn(["aaaaa", "aaaaa"], 260);
        Assert.Equal([new MergePair("a", "a"), new MergePair("aa", "a"), new MergePair("aa", "aaa")], definition.Merges);
        Assert.Equal([258], Tokenizer.Create(definition).Encode("aaaaa"));
    }

    [Fact]
    public void Train_StopsWhereNoPairIsFrequentEnough()
    {
        Assert.Empty(TrainOn(["abc"], 300).Merges);
        BpeTrainer trainer = new(new BpeTrainerOptions { VocabularySize = 300, Pattern = SplitPattern.Qwen, MinFrequency = 3 });
        trainer.Add("ab ab ab cd cd");
        Assert.Equal([new MergePair("a", "b")], Learn(trainer).Merges);
    }

    [Fact]
    public void Train_SpecialTokens_ComeFirstAndUserTextNeverBecomesOne()
    {
        BpeTrainer trainer = new(new BpeTrainerOptions { VocabularySize = 262, Pattern = SplitPattern.Gpt4, SpecialTokens = ["<|end|>", "<think>"] });
        trainer.Add("ab<|end|>ab<think>ab");
        Tokenizer tokenizer = Tokenizer.Create(Learn(trainer));
        Assert.Equal([0, 1], tokenizer.Encode("<|end|><think>", parseSpecial: true));
        Assert.DoesNotContain(0, tokenizer.Encode("<|end|>"));
        Assert.Equal("ab<|end|>", tokenizer.Decode(tokenizer.Encode("ab<|end|>")));
    }

    [Theory]
    [InlineData(258, "expected at least 259", "<|b|>", "<|c|>", "<|d|>")]
    [InlineData(255, "expected at least 256")]
    [InlineData(-1, "expected at least 256")]
    [InlineData(300, "'<|b|>' is given twice", "<|b|>", "<|b|>")]
    [InlineData(300, "is empty", "")]
    [InlineData(300, "symbol of a byte", "x")]
    public void Options_ThatCannotBe_AreRefused(int size, string message, params string[] specials)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new BpeTrainer(new BpeTrainerOptions { VocabularySize = size, Pattern = SplitPattern.Qwen, SpecialTokens = specials }));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_SpecialTokenThatIsNotUnicode_IsRefused() => Assert.Contains(
        "is not Unicode",
        Assert.Throws<ArgumentException>(
            () => new BpeTrainer(new BpeTrainerOptions { VocabularySize = 300, Pattern = SplitPattern.Qwen, SpecialTokens = ["😀x\uD800"] })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Options_MinimumFrequencyBelowOne_IsRefused() => Assert.Contains(
        "minimum frequency is 0",
        Assert.Throws<ArgumentException>(() => new BpeTrainer(new BpeTrainerOptions { VocabularySize = 300, Pattern = SplitPattern.Qwen, MinFrequency = 0 })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Corpus_ThatIsEmpty_IsRefused()
    {
        BpeTrainer trainer = NewTrainer(300);
        trainer.Add("");
        AddStream(trainer, [0xEF, 0xBB, 0xBF]);
        Assert.Contains("has no text", Assert.Throws<InvalidDataException>(() => Learn(trainer)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', 0xC3, (byte)'b' }, "0xC3 at offset 1")]
    [InlineData(new byte[] { (byte)'a', (byte)'b', 0xE7, 0x8C }, "0xE7 at offset 2")]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x41, 0x00 }, "0xFF at offset 0")]
    public void Corpus_ThatIsNotUtf8_IsRefusedWithThePlace(byte[] bytes, string message) => Assert.Contains(
        message,
        Assert.Throws<InvalidDataException>(() => AddStream(NewTrainer(300), bytes)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData('x')]
    [InlineData(' ')]
    public void Corpus_WithAnEndlessWord_IsRefusedWithBoundedMemory(char letter)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(new string(letter, 3_000_000));
        Assert.Contains(
            "without a place to cut",
            Assert.Throws<InvalidDataException>(() => AddStream(NewTrainer(300), bytes)).Message,
            StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => NewTrainer(300).Add(new string(letter, 300_000)));
    }

    [Fact]
    public void Corpus_WithASpecialTokenAsAWord_IsRefused()
    {
        BpeTrainer trainer = new(new BpeTrainerOptions { VocabularySize = 300, Pattern = SplitPattern.Qwen, SpecialTokens = ["user"] });
        trainer.Add("user user user");
        Assert.Contains("'user' as an ordinary word", Assert.Throws<InvalidDataException>(() => Learn(trainer)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_CanBeStopped()
    {
        BpeTrainer trainer = NewTrainer(300);
        trainer.Add("ab ab ab ab");
        using CancellationTokenSource stop = new();
        int merges = 0;
        Assert.Throws<OperationCanceledException>(() => trainer.Train(
            _ =>
            {
                merges++;
                stop.Cancel();
            },
            stop.Token));
        Assert.Equal(1, merges);
    }

    // A word is queued once for each pair that it has at first, and for at most two with each merge inside it.
    [Fact]
    public void Learn_VisitsWordsAtMostThreeTimesTheirLength()
    {
        PieceCounts pieces = new();
        Random random = new(3);
        Span<byte> word = stackalloc byte[12];
        for (int i = 0; i < 20_000; i++)
        {
            foreach (ref byte letter in word)
            {
                letter = (byte)('a' + random.Next(26));
            }

            pieces.Add(word);
        }

        MergeLearner learner = new(pieces, []);
        int merges = learner.Learn(4000, 2, null, TestContext.Current.CancellationToken).Length;
        Assert.Equal(4000 - 256, merges);
        Assert.InRange(learner.Visits, merges, 3L * pieces.TotalBytes);
        Assert.True(learner.Visits < (long)merges * pieces.Count / 100);
    }

    private static IEnumerable<JsonElement> Entries(string index) =>
        JsonDocument.Parse(File.ReadAllBytes(index)).RootElement.GetProperty("tokenizers").EnumerateArray();

    private static TokenizerDefinition Train(string index, JsonElement entry)
    {
        JsonElement root = JsonDocument.Parse(File.ReadAllBytes(index)).RootElement;
        BpeTrainer trainer = new(new BpeTrainerOptions
        {
            VocabularySize = entry.GetProperty("vocab_size").GetInt32(),
            Pattern = Enum.Parse<SplitPattern>(entry.GetProperty("split").GetString()!, ignoreCase: true),
            MinFrequency = root.GetProperty("min_frequency").GetInt32(),
            SpecialTokens = [.. root.GetProperty("special_tokens").EnumerateArray().Select(t => t.GetString()!)],
        });
        string name = entry.GetProperty("corpus").GetString()!;
        using FileStream corpus = File.OpenRead(name == "shakespeare"
            ? SharedData.Path("corpora", "tinyshakespeare", "input.txt")
            : SharedData.Path([.. s_folder, $"corpus-{name}.txt"]));
        trainer.Add(corpus, entry.GetProperty("feed").GetString() == "lines", cancellation: TestContext.Current.CancellationToken);
        return trainer.Train(cancellation: TestContext.Current.CancellationToken);
    }

    private static TokenizerDefinition Learn(BpeTrainer trainer) => trainer.Train(cancellation: TestContext.Current.CancellationToken);

    private static void AddStream(BpeTrainer trainer, byte[] bytes)
    {
        using MemoryStream stream = new(bytes);
        trainer.Add(stream, source: "x.txt", cancellation: TestContext.Current.CancellationToken);
    }

    private static BpeTrainer NewTrainer(int size) => new(new BpeTrainerOptions { VocabularySize = size, Pattern = SplitPattern.Gpt2 });

    private static TokenizerDefinition TrainOn(string[] texts, int size)
    {
        BpeTrainer trainer = NewTrainer(size);
        foreach (string text in texts)
        {
            trainer.Add(text);
        }

        return Learn(trainer);
    }

    private static Dictionary<string, long> Pieces(SplitPattern pattern, string text, bool byLine, int window)
    {
        PieceCounts counts = new();
        PreTokenizer splitter = PreTokenizers.Find(new BpeTrainerOptions { VocabularySize = 256, Pattern = pattern }.PreTokenizer).Splitter;
        new CorpusReader(splitter, counts, window).Add(new MemoryStream(Encoding.UTF8.GetBytes(text)), byLine, "text", null, TestContext.Current.CancellationToken);
        return Enumerable.Range(0, counts.Count).ToDictionary(i => Encoding.UTF8.GetString(counts[i]), counts.CountOf, StringComparer.Ordinal);
    }

    // The definition: count all pairs, merge the most frequent (of equal ones the lowest ids), again.
    private static List<MergePair> MergesByRecounting(string[] texts, int count)
    {
        List<List<string>> words = [.. texts.Select(t => t.Select(c => c.ToString()).ToList())];
        List<string> made = [];
        List<MergePair> merges = [];
        while (merges.Count < count)
        {
            (MergePair Pair, int Count)[] pairs =
            [
                .. words.SelectMany(w => w.Zip(w.Skip(1), (left, right) => new MergePair(left, right)))
                    .GroupBy(p => p).Select(g => (g.Key, g.Count())).Where(g => g.Item2 >= 2)
                    .OrderByDescending(g => g.Item2).ThenBy(g => Rank(g.Key.Left)).ThenBy(g => Rank(g.Key.Right)),
            ];
            if (pairs.Length == 0)
            {
                break;
            }

            MergePair best = pairs[0].Pair;
            merges.Add(best);
            made.Add(best.Left + best.Right);
            words = [.. words.Select(w => Merged(w, best))];
        }

        return merges;

        int Rank(string text) => text.Length == 1 ? text[0] - 'a' : 26 + made.IndexOf(text);
    }

    private static List<string> Merged(List<string> word, MergePair pair)
    {
        List<string> result = [];
        for (int i = 0; i < word.Count; i++)
        {
            bool isPair = i + 1 < word.Count && word[i] == pair.Left && word[i + 1] == pair.Right;
            result.Add(isPair ? word[i] + word[++i] : word[i]);
        }

        return result;
    }
}
