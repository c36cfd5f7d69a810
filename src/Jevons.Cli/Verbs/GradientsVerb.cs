using System.CommandLine;
using System.Globalization;
using Jevons.Formats;
using Jevons.Kernels;
using Jevons.Models;
using Jevons.Numerics;
using Jevons.Training;

namespace Jevons.Cli;

/// <summary><c>jevons gradients</c>: the loss of one batch and the gradient of every parameter. It proves the trainer.</summary>
internal sealed class GradientsVerb
{
    private readonly CliContext _context;
    private readonly ComputeOptions _compute = new(KvType.F32);
    private readonly Argument<string> _model = SharedOptions.ModelArgument();
    private readonly Option<bool> _json = SharedOptions.Json();

    private readonly Option<string> _batch = new("--batch")
    {
        Description = "Sequences and labels as {\"ids\":[[..]],\"labels\":[[..]]}; -100 marks a label that does not count.",
        HelpName = "FILE.json",
        Required = true,
    };

    private readonly Option<string> _out = new("--out")
    {
        Description = "Writes every parameter's gradient under its checkpoint name, F32.",
        HelpName = "FILE.safetensors",
    };

    private readonly Option<float> _mtp = new("--mtp")
    {
        Description = "Adds the multi-token-prediction layer's loss with this weight.",
        HelpName = "WEIGHT",
    };

    private readonly Option<string> _adapter = new("--adapter")
    {
        Description = "A LoRA adapter (PEFT folder or GGUF): its gradients instead of the model's, which is frozen.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _checkpointing = new("--checkpointing")
    {
        Description = "Keeps only the residual stream and runs every layer again on the way back: less memory, the same bits.",
    };

    private GradientsVerb(CliContext context)
    {
        _context = context;
        _mtp.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<float>() is not (>= 0 and <= 1000))
            {
                result.AddError("--mtp: expected a weight between 0 and 1000");
            }
        });
    }

    /// <summary>Makes the verb.</summary>
    public static VerbCommand Create(CliContext context)
    {
        GradientsVerb verb = new(context);
        VerbCommand command = new(
            "gradients",
            "Computes the loss of one batch and the gradient of every parameter, in f32.",
            "jevons gradients my-model/ --batch batch.json --out gradients.safetensors",
            "jevons gradients my-model/ --batch batch.json --mtp 0.3 --json")
        {
            verb._model, verb._batch, verb._out, verb._mtp, verb._adapter, verb._checkpointing, verb._json,
        };

        verb._compute.AddMachineTo(command);
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        string batchFile = parse.GetRequiredValue(_batch);
        IReadOnlyList<TrainingSequence> batch = LabelledBatch.Parse(File.ReadAllBytes(batchFile), batchFile);
        CpuFeatures features = _compute.Model(parse).Features ?? CpuFeatures.Detect();
        string path = ModelReference.Resolve(_context, parse.GetRequiredValue(_model));
        using OpenedModel opened = ModelPath.Open(path);
        (LanguageModel model, ParameterStore parameters) = Load(opened, features, parse.GetValue(_adapter));
        using (parameters)
        {
            float mtp = parse.GetValue(_mtp);
            if (mtp > 0 && !model.HasDraft)
            {
                throw new UsageException($"{path} has no multi-token-prediction layer; leave --mtp out");
            }

            using WorkerPool pool = new(_compute.Engine(parse).Threads ?? Environment.ProcessorCount);
            using KernelContext kernels = new(pool, features);
            using SupervisedLoss loss = new(model, parameters, kernels, batch.Sum(s => s.Ids.Length), batch.Count, parse.GetValue(_checkpointing));
            double value = loss.Backward(batch, mtp, 1);
            double norm = GradientNorm.Of(parameters.All);
            if (parse.GetValue(_out) is { } file)
            {
                SafetensorsWriter.Write(file, ParameterFile.Gradients(parameters.All));
            }

            Report(parse, value, norm, parameters);
            return ExitCodes.Ok;
        }
    }

    private static (LanguageModel Model, ParameterStore Parameters) Load(OpenedModel opened, CpuFeatures features, string? adapter)
    {
        if (adapter is null)
        {
            return ModelLoader.LoadTrainable(opened, features, gradients: true);
        }

        AdapterSet adapters = new([(LoraAdapter.Open(adapter), 1)], features, gradients: true);
        return (ModelLoader.Load(opened, features, ActivationType.Float32, adapters), adapters.Parameters);
    }

    private void Report(ParseResult parse, double loss, double norm, ParameterStore parameters)
    {
        int trained = parameters.All.Count(p => p.IsTrained);
        if (parse.GetValue(_json))
        {
            JsonOutput.WriteObject(_context.Out, json =>
            {
                json.WriteNumber("loss", loss);
                json.WriteNumber("grad_norm", norm);
                json.WriteNumber("parameters", parameters.Length);
                json.WriteNumber("tensors", trained);
            });
        }
        else
        {
            _context.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"loss {loss:F6}, gradient norm {norm:F6}, {parameters.Length:N0} parameters in {trained} tensors"));
        }
    }
}
