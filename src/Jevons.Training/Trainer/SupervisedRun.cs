using System.Globalization;
using Jevons.Formats;
using Jevons.Inference;
using Jevons.Kernels;
using Jevons.Models;
using Jevons.Numerics;

namespace Jevons.Training;

/// <summary>
/// Pretraining or supervised fine-tuning, from a configuration to checkpoints: reads and encodes the data, steps, measures,
/// saves, and goes on from the newest checkpoint to the same bits. One thread calls it; Ctrl-C ends the step and saves.
/// </summary>
public sealed class SupervisedRun : IDisposable
{
    private readonly TrainingConfig _config;
    private readonly ModelDescription _description;
    private readonly WorkerPool _pool;
    private readonly KernelContext _context;
    private readonly ParameterStore _parameters;
    private readonly SupervisedLoss _loss;
    private readonly Optimizers _optimizers;
    private readonly ModelWriter _writer;
    private readonly CheckpointStore _checkpoints;
    private readonly SequenceOrder _order;
    private readonly BatchPacker _packer;
    private readonly List<TrainingSequence> _validation;
    private readonly TrainingSequence _first;
    private readonly TimeProvider _clock;
    private TrainingState _state = new();

    private SupervisedRun(TrainingConfig config, ModelDescription description, CpuFeatures features, TimeProvider clock)
    {
        _config = config;
        _description = description;
        _clock = clock;
        (List<TrainingSequence> training, _validation) = ReadData();
        _first = training[0];
        int threads = config.Integer("threads");
        _pool = new WorkerPool(threads == 0 ? Environment.ProcessorCount : threads);
        _context = new KernelContext(_pool, features);
        (Model, _parameters, _writer) = Load(features);
        int batchTokens = Math.Max(config.Integer("batch_tokens"), training.Concat(_validation).Max(s => s.Ids.Length));
        int batchSequences = config.Integer("batch_sequences");
        _loss = new SupervisedLoss(Model, _parameters, _context, batchTokens, batchSequences, config.Flag("checkpointing"));
        _checkpoints = new CheckpointStore(config.Text("output"), config.Integer("save.keep"));
        _order = new SequenceOrder(training.Count, (ulong)config.Integer("seed"), config.Flag("shuffle"));
        _packer = new BatchPacker(training, _order, batchTokens, batchSequences);
        Sequences = training.Count;
        Steps = config.Integer("steps") is > 0 and int given ? given : StepsOfEpochs(training, batchTokens, batchSequences);
        _optimizers = Optimizers.Create(config, _parameters, Steps, _context);
    }

    /// <summary>The model.</summary>
    public LanguageModel Model { get; }

    /// <summary>Steps of the whole run.</summary>
    public int Steps { get; }

    /// <summary>Sequences to train on.</summary>
    public int Sequences { get; }

    /// <summary>Elements that are trained.</summary>
    public long TrainedElements => _parameters.All.Where(p => p.IsTrained).Sum(p => p.Length);

    /// <summary>Where the run stands.</summary>
    public TrainingState State => _state;

    /// <summary>Opens model and data.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="modelPath">Where the configuration's model lies.</param>
    /// <param name="features">The instruction set that kernels may use.</param>
    /// <param name="clock">For the time that steps take.</param>
    /// <returns>The run, at its beginning.</returns>
    /// <exception cref="InvalidDataException">Model or data are not what they must be.</exception>
    public static SupervisedRun Open(TrainingConfig config, string modelPath, CpuFeatures features, TimeProvider clock)
    {
        ModelDescription description = ModelDescription.Open(modelPath);
        try
        {
            return new SupervisedRun(config, description, features, clock);
        }
        catch
        {
            description.Dispose();
            throw;
        }
    }

    /// <summary>Goes on from the newest checkpoint of the output folder, if there is one.</summary>
    /// <returns>Its folder, or null.</returns>
    /// <exception cref="InvalidDataException">It is damaged or of another run.</exception>
    public string? Resume()
    {
        if (_checkpoints.Latest() is not { } folder)
        {
            return null;
        }

        _writer.Restore(folder);
        _state = CheckpointStore.Restore(folder, _optimizers.All);
        _order.Seek(_state.Epoch, _state.Position);
        return folder;
    }

    /// <summary>Runs to the end, or until it is cancelled: then the running step is finished and saved.</summary>
    /// <param name="report">Is told of every step.</param>
    /// <param name="cancellation">Ends the run after a step.</param>
    /// <returns>The last checkpoint's folder.</returns>
    /// <exception cref="InvalidDataException">The run is at its beginning and its output folder holds another run's checkpoints.</exception>
    /// <exception cref="TrainingDivergedException">Loss or gradients are no numbers any more; the last checkpoint is intact.</exception>
    public string Run(Action<StepReport> report, CancellationToken cancellation)
    {
        if (_state.Step == 0 && _checkpoints.Latest() is { } other)
        {
            throw new InvalidDataException(
                $"{other}: the output folder holds the checkpoints of a run; go on with it (--resume auto), or name another output folder to begin anew");
        }

        Directory.CreateDirectory(_config.Text("output"));
        File.WriteAllText(Path.Combine(_config.Text("output"), "config.yaml"), _config.ToYaml());
        using MetricsFile metrics = new(Path.Combine(_config.Text("output"), "metrics.jsonl"), _state.Step);
        string? last = null;
        while (_state.Step < Steps)
        {
            StepReport step = Step(evaluate: Every("evaluate.every") || _state.Step + 1 == Steps);
            report(step);
            if (step.Step % _config.Integer("log.every") == 0 || step.Step == Steps || step.EvalLoss is not null)
            {
                metrics.Write(step);
            }

            bool stops = cancellation.IsCancellationRequested;
            if (step.Step % _config.Integer("save.every") == 0 || step.Step == Steps || stops)
            {
                last = _checkpoints.Save(_state, _optimizers.All, _writer.Write);
            }

            if (stops)
            {
                throw new OperationCanceledException($"stopped after step {step.Step}; saved as {last}", cancellation);
            }
        }

        return last ?? _checkpoints.Latest()!;

        bool Every(string key) => _config.Integer(key) is > 0 and int n && (_state.Step + 1) % n == 0;
    }

    /// <summary>Runs one batch forth and back, without a step, to see what a step takes.</summary>
    /// <returns>Memory of each part and the time.</returns>
    public StepProbe Probe()
    {
        IReadOnlyList<TrainingSequence> batch = _packer.Next();
        _order.Seek(0, 0);
        _ = _loss.Backward(batch, (float)_config.Number("mtp_weight"), 1);
        long start = _clock.GetTimestamp();
        _ = _loss.Backward(batch, (float)_config.Number("mtp_weight"), 1);
        double seconds = _clock.GetElapsedTime(start).TotalSeconds;
        _parameters.ClearGradients();
        long trained = sizeof(float) * TrainedElements;
        long frozen = _config.Integer("lora.rank") > 0 ? _description.File.Weights?.TotalFileBytes ?? 0 : 0;
        return new StepProbe(
            frozen,
            sizeof(float) * _parameters.Length,
            trained,
            _optimizers.StateBytes,
            _loss.Bytes,
            batch.Sum(s => s.Ids.Length),
            seconds,
            seconds * _config.Integer("accumulate") * Steps);
    }

    /// <summary>The first sequence, cut into runs of tokens that count and runs that do not.</summary>
    /// <returns>Text of each run, and whether it counts.</returns>
    public IReadOnlyList<(string Text, bool Counts)> FirstSample()
    {
        List<(List<int> Ids, bool Counts)> runs = [];
        for (int i = 0; i < _first.Ids.Length; i++)
        {
            bool counts = i > 0 && _first.Labels[i] != TrainingSequence.Ignored;
            if (runs.Count == 0 || runs[^1].Counts != counts)
            {
                runs.Add(([], counts));
            }

            runs[^1].Ids.Add(_first.Ids[i]);
        }

        return [.. runs.Select(r => (_description.Tokenizer!.Decode([.. r.Ids]), r.Counts))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizers.Dispose();
        _loss.Dispose();
        _parameters.Dispose();
        _context.Dispose();
        _pool.Dispose();
        _description.Dispose();
    }

    private StepReport Step(bool evaluate)
    {
        long start = _clock.GetTimestamp();
        int accumulate = _config.Integer("accumulate");
        _parameters.ClearGradients();
        double loss = 0;
        int tokens = 0;
        for (int i = 0; i < accumulate; i++)
        {
            IReadOnlyList<TrainingSequence> batch = _packer.Next();
            loss += _loss.Backward(batch, (float)_config.Number("mtp_weight"), 1f / accumulate) / accumulate;
            tokens += batch.Sum(s => s.Ids.Length);
        }

        int number = _state.Step + 1;
        double norm = GradientNorm.Of(_parameters.All);
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
        {
            throw new TrainingDivergedException(string.Create(
                CultureInfo.InvariantCulture,
                $"step {number}: the loss is {loss} and the gradients' norm {norm}; the last good checkpoint is {_checkpoints.Latest() ?? "none yet"}; a lower optimizer.lr or a longer schedule.warmup keeps a run together"));
        }

        double rate = _optimizers.Step(number - 1, GradientClip.Factor(norm, _config.Number("optimizer.clip")));
        double seconds = _clock.GetElapsedTime(start).TotalSeconds;
        _state = _state with
        {
            Step = number,
            Epoch = _order.Epoch,
            Position = _order.Position,
            Tokens = _state.Tokens + tokens,
            Seconds = _state.Seconds + seconds,
        };
        double? validation = evaluate && _validation.Count > 0 ? Evaluate() : null;
        if (validation < (_state.BestLoss ?? double.PositiveInfinity))
        {
            _state = _state with { BestLoss = validation, BestStep = number };
        }

        return new StepReport(
            number,
            Steps,
            _order.Epoch + ((double)_order.Position / Sequences),
            loss,
            norm,
            rate,
            _state.Tokens,
            tokens / seconds,
            _state.Seconds,
            validation);
    }

    private double Evaluate()
    {
        double sum = 0;
        long count = 0;
        SequenceOrder order = new(_validation.Count, 0, shuffle: false);
        BatchPacker packer = new(_validation, order, Math.Max(_config.Integer("batch_tokens"), _validation.Max(s => s.Ids.Length)), _config.Integer("batch_sequences"));
        while (order.Epoch == 0 && order.Position < _validation.Count)
        {
            (double part, int tokens) = _loss.Evaluate(packer.Next());
            sum += part;
            count += tokens;
        }

        return sum / count;
    }

    private (List<TrainingSequence> Training, List<TrainingSequence> Validation) ReadData()
    {
        SampleEncoder encoder = new(_description, _config.Integer("max_length"));
        List<TrainingSequence> training = Encode(_config.List("data"), encoder);
        List<TrainingSequence> validation = Encode(_config.List("validation"), encoder);
        if (validation.Count == 0)
        {
            int kept = (int)(training.Count * _config.Number("validation_share"));
            validation = training[(training.Count - kept)..];
            training = training[..^kept];
        }

        return training.Count > 0 ? (training, validation)
            : throw new InvalidDataException($"{string.Join(", ", _config.List("data"))}: no sample in it; expected JSON lines");
    }

    private static List<TrainingSequence> Encode(IReadOnlyList<string> files, SampleEncoder encoder)
    {
        List<TrainingSequence> sequences = [];
        foreach (string file in files)
        {
            using FileStream stream = File.OpenRead(file);
            foreach (Sample sample in SampleReader.Read(stream, file))
            {
                // A text of one token predicts nothing.
                sequences.AddRange(encoder.Encode(sample).Where(s => s.Ids.Length > 1));
            }
        }

        return sequences;
    }

    private (LanguageModel Model, ParameterStore Parameters, ModelWriter Writer) Load(CpuFeatures features)
    {
        OpenedModel file = _description.File;
        int rank = _config.Integer("lora.rank");
        if (rank > 0)
        {
            double alpha = _config.Number("lora.alpha");
            LoraRecipe recipe = new(
                rank, alpha > 0 ? alpha : 2 * rank, _config.Flag("lora.rslora"), _config.List("lora.targets"), (ulong)_config.Integer("seed"));
            AdapterSet adapters = new(recipe, features);
            LanguageModel frozen = ModelLoader.Load(file, features, ActivationType.Float32, adapters);
            return (frozen, adapters.Parameters, ModelWriter.ForAdapter(file.Path, adapters, recipe));
        }

        if (file.Folder is null)
        {
            throw new InvalidDataException(
                $"{file.Path}: all weights are trained from a Hugging Face folder; convert the file to one first ('jevons convert'), or train an adapter on it (lora.rank)");
        }

        (LanguageModel model, ParameterStore parameters) = ModelLoader.LoadTrainable(file, features, gradients: true);
        return (model, parameters, ModelWriter.ForModel(file.Path, parameters));
    }

    private int StepsOfEpochs(List<TrainingSequence> sequences, int batchTokens, int batchSequences)
    {
        SequenceOrder order = new(sequences.Count, (ulong)_config.Integer("seed"), _config.Flag("shuffle"));
        BatchPacker packer = new(sequences, order, batchTokens, batchSequences);
        int batches = 0;
        while (order.Epoch == 0 && order.Position < sequences.Count)
        {
            _ = packer.Next();
            batches++;
        }

        return Math.Max(1, (int)Math.Ceiling(batches * _config.Number("epochs") / _config.Integer("accumulate")));
    }
}
