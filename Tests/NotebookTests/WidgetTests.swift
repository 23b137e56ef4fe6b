import Foundation
import Notebook
import Testing

/// Everything that goes through the one reader of the program, one test after another.
@Suite(.serialized) struct WidgetTests {
    // MARK: Comms

    @Test func aCommOpensSendsAndCloses() {
        let messages = RecordingReader.messages {
            let comm = Comm(to: "panel", saying: ["step": 0])
            comm.send(["step": 1], buffers: [[1, 2]])
            comm.close()
            comm.send(["step": 2])
            comm.close()
        }
        #expect(messages.map(\.kind) == [.open(target: "panel"), .message, .close])
        #expect(messages[1].data == #"{"step":1}"# && messages[1].buffers == [[1, 2]])
        #expect(Set(messages.map(\.id)).count == 1)
    }

    @Test func acceptedTargetsAnswerAndOthersAreRefused() {
        var closed = false
        Comm.accept("echo") { comm, opening in
            comm.send(["opened": opening.data])
            comm.onMessage { comm.send(["echo": $0.data], buffers: $0.buffers) }
            comm.onClose { _ in closed = true }
        }
        let messages = RecordingReader.messages {
            #expect(OpenComms.receive(CommMessage(.open(target: "echo"), id: "1", data: "{\"a\":1}")))
            #expect(OpenComms.receive(CommMessage(.message, id: "1", data: "[3]", buffers: [[9]])))
            #expect(OpenComms.receive(CommMessage(.close, id: "1")))
            #expect(!OpenComms.receive(CommMessage(.message, id: "1")))
            #expect(!OpenComms.receive(CommMessage(.open(target: "unknown"), id: "2")))
        }
        #expect(messages.map(\.data) == [#"{"opened":{"a":1}}"#, #"{"echo":[3]}"#])
        #expect(messages[1].buffers == [[9]] && closed)
    }

    @Test(arguments: [
        "", "{", "[]", "7", "{\"method\":3}", "{\"method\":\"update\"}", "{\"method\":\"update\",\"state\":[]}",
    ])
    func messagesThatMakeNoSenseChangeNothing(data: String) {
        let slider = IntSlider(0...10, value: 4)
        _ = RecordingReader.messages { _ = OpenComms.receive(CommMessage(.message, id: slider.model.id, data: data)) }
        #expect(slider.value == 4)
    }

    @Test func aNumberThatAPageCountedUpToIsTheOneItMeans() {
        let slider = FloatSlider("t", 0.1...2, value: 1)
        var changes = 0
        slider.onChange { _ in changes += 1 }
        for (said, meant) in [("0.9999999999999999", 1.0), ("0.30000000000000004", 0.3), ("1.62", 1.62)] {
            let data = "{\"method\":\"update\",\"state\":{\"value\":\(said)}}"
            _ = RecordingReader.messages {
                _ = OpenComms.receive(CommMessage(.message, id: slider.model.id, data: data))
            }
            #expect(slider.value == meant)
        }
        #expect(changes == 2)
    }

    // MARK: The protocol

    /// Every control opens with the names, and only with members, that ipywidgets itself has.
    @Test func controlsOpenLikeThoseOfIPyWidgets() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fixtures/widgets/states.json")
        let golden = try JSONDecoder().decode([String: [String: JSONValue]].self, from: Data(contentsOf: file))
        let opened = RecordingReader.messages {
            _ = IntSlider("n", 0...100)
            _ = FloatSlider("x", 0...100)
            _ = Dropdown("d", ["a", "b"])
            _ = Checkbox("c")
            _ = ToggleButtons("t", ["a", "b"])
            _ = Text("s")
            _ = Button("b")
            _ = IntProgress("p")
            _ = HTMLWidget("h")
            _ = Output()
            _ = HBox {}
            _ = VBox {}
        }
        #expect(Set(opened.compactMap { $0.state["_model_name"]?.string }) == Set(golden.keys.map { $0 + "Model" }))
        for message in opened {
            #expect(message.kind == .open(target: "jupyter.widget"))
            #expect(message.metadata == #"{"version":"2.1.0"}"#)
            #expect(message.json["buffer_paths"] == [])
            let name = try #require(message.state["_model_name"]?.string).replacing("Model", with: "")
            let peer = try #require(golden[name], "\(name)")
            for key in peer.keys where key.hasPrefix("_model_") || key.hasPrefix("_view_") && key != "_view_count" {
                #expect(message.state[key] == peer[key], "\(name) \(key)")
            }
            #expect(Set(message.state.keys).subtracting(peer.keys) == [], "\(name)")
        }
    }

    @Test func aChangeInThePageIsEchoedAndThenHandled() {
        let slider = IntSlider("layers", 1...10, value: 3)
        var seen: [Int] = []
        slider.onChange { seen.append($0) }
        let messages = RecordingReader.messages {
            _ = OpenComms.receive(.change(slider, ["value": 7]))
            _ = OpenComms.receive(.change(slider, ["value": 7]))
        }
        #expect(seen == [7] && slider.value == 7)
        #expect(messages.map(\.method) == ["echo_update", "echo_update"])
        #expect(messages.first?.state == ["value": 7])
    }

    @Test func aChangeInTheCellIsSentOnce() {
        let slider = IntSlider(1...10, value: 3, label: "layers")
        var seen: [Int] = []
        slider.onChange { seen.append($0) }
        let messages = RecordingReader.messages {
            slider.value = 5
            slider.value = 5
            slider.value = 99
        }
        #expect(messages.map(\.method) == ["update", "update"])
        #expect(messages.map { $0.state["value"] } == [5, 10])
        #expect(seen == [5, 10])
    }

    @Test func aPageThatAsksGetsTheWholeState() {
        let text = Text("prompt", value: "Once")
        let messages = RecordingReader.messages {
            _ = OpenComms.receive(CommMessage(.message, id: text.model.id, data: #"{"method":"request_state"}"#))
        }
        #expect(messages.first?.method == "update")
        #expect(messages.first?.state["value"] == "Once" && messages.first?.state["_model_name"] == "TextModel")
    }

    @Test func aPageThatIsLoadedAgainGetsTheStateOfAllWidgets() {
        let text = Text(value: "kept")
        let closed = Text(value: "closed")
        let messages = RecordingReader.messages {
            closed.close()
            #expect(OpenComms.receive(CommMessage(.open(target: "jupyter.widget.control"), id: "control")))
            _ = OpenComms.receive(CommMessage(.message, id: "control", data: #"{"method":"request_states"}"#))
        }
        let states = messages.last?.json["states"]?.object ?? [:]
        #expect(messages.last?.method == "update_states")
        #expect(states[text.model.id]?["state"]?["value"] == "kept")
        #expect(states[text.model.id]?["model_name"] == "TextModel")
        #expect(states[closed.model.id] == nil)
    }

    @Test func aWidgetIsShownAsItsView() {
        let bundle = Checkbox("shuffle").mimeBundle
        let view = JSONValue(text: bundle.data["application/vnd.jupyter.widget-view+json"] ?? "")
        #expect(view?["version_major"] == 2 && view?["model_id"]?.string != nil)
        #expect(bundle.plainText == "Checkbox \"shuffle\"")
    }

    // MARK: Controls

    @Test func slidersChooseTheirStepsAndStayWithinTheirRange() {
        let temperature = Slider("temperature", 0.1...2.0)
        #expect(temperature.model["step"] == 0.02 && temperature.model["readout_format"] == ".2f")
        #expect(abs(temperature.value - 1.04) < 1e-9)
        #expect(FloatSlider(0...1, value: 7).value == 1)
        #expect(IntSlider(1...10).value == 5 && IntSlider(3...3).value == 3)
        #expect(Slider<Float>(0...1, value: 0.25, step: 0.25).value == 0.25)
        _ = OpenComms.receive(.change(temperature, ["value": 1]))
        #expect(temperature.value == 1)
    }

    @Test func whatAPageGivesIsKeptWithinReason() {
        let number = IntSlider("n", 1...10, value: 3)
        let choice = Dropdown("c", ["a", "b"])
        let tick = Checkbox("t", value: true)
        let line = Text("s", value: "Once")
        func given(_ widget: some Widget, _ key: String, _ value: JSONValue) -> [String] {
            RecordingReader.messages { _ = OpenComms.receive(.change(widget, [key: value])) }
                .map { "\($0.method ?? "") \($0.state[key]?.text ?? "")" }
        }
        #expect(given(number, "value", 99) == ["echo_update 99", "update 10"])
        #expect(given(number, "value", -5) == ["echo_update -5", "update 1"])
        for wrong: JSONValue in ["7", nil, 2.5, true, [3], [:], 1e300] {
            #expect(given(number, "value", wrong) == ["echo_update \(wrong.text)", "update 1"])
            #expect(given(choice, "index", wrong).last == "update 0")
        }
        for wrong: JSONValue in [1, nil, "true"] { #expect(given(tick, "value", wrong).last == "update true") }
        for wrong: JSONValue in [1, nil, ["x"]] { #expect(given(line, "value", wrong).last == "update \"Once\"") }
        #expect(number.value == 1 && choice.value == "a" && tick.value && line.value == "Once")
        #expect(given(number, "value", 7) == ["echo_update 7"])
    }

    @Test(arguments: [
        (0, "Slider \"x\": the range 0.0...inf is not finite\n"),
        (1, "Slider \"x\": the range -1.7976931348623157e+308...1.7976931348623157e+308 is not finite\n"),
        (
            2,
            "Slider \"x\": the range -9223372036854775808...9223372036854775807 is wider than pages can count, which is"
        ),
        (3, "Slider \"x\": the value is not a number\n"),
        (4, "Slider \"x\": the step nan is not a number greater than 0\n"),
        (5, "Slider \"x\": the step 0 is not greater than 0\n"),
        (6, "IntProgress \"x\": the range 0...9223372036854775807 is wider than pages can count, which is"),
        (7, "Slider \"x\": the value is not a number\n"),
    ])
    func aRangeThatNoPageCanCountIsNamed(mistake: Int, sentence: String) async {
        let result = await #expect(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) { [mistake] in
            switch mistake {
            case 0: _ = Slider("x", 0...Double.infinity)
            case 1: _ = Slider("x", -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
            case 2: _ = IntSlider("x", Int.min...Int.max)
            case 3: _ = Slider("x", 0...1.0, value: .nan)
            case 4: _ = Slider("x", 0...1.0, step: .nan)
            case 5: _ = IntSlider("x", 0...1, step: 0)
            case 6: _ = IntProgress("x", 0...Int.max)
            default: Slider("x", 0...1.0).value = .nan
            }
        }
        let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(said.contains(sentence))
    }

    @Test func rangesOfOneNumberAndOfTheTiniestAreRanges() {
        #expect(Slider(2...2.0).value == 2 && Slider(0...5e-324).value == 0)
        #expect(Slider<Float>(0...Float.leastNonzeroMagnitude).value == 0)
        #expect(Slider(0...1e308, value: 5).value == 5)
    }

    @Test func choicesGoByTheirIndex() {
        let rate = Dropdown("rate", ["slow": 1e-4, "fast": 1e-3], value: 1e-3)
        #expect(rate.model["_options_labels"] == ["slow", "fast"] && rate.model["index"] == 1)
        let layer = ToggleButtons("layer", 0..<4)
        var seen: [Int] = []
        layer.onChange { seen.append($0) }
        _ = RecordingReader.messages {
            _ = OpenComms.receive(.change(layer, ["index": 2]))
            layer.value = 3
            _ = OpenComms.receive(.change(layer, ["index": 99]))
        }
        #expect(seen == [2, 3])
    }

    @Test func aButtonIsPressed() {
        var presses = 0
        let button = Button("Train") { presses += 1 }
        _ = OpenComms.receive(
            CommMessage(.message, id: button.model.id, data: #"{"method":"custom","content":{"event":"click"}}"#))
        #expect(presses == 1)
    }

    @Test func longLabelsGetTheRoomThatTheyNeed() {
        #expect(IntSlider("short", 0...1).model["style"] == .null)
        #expect(IntSlider("a very long label", 0...1).model["style"].string?.hasPrefix("IPY_MODEL_") == true)
    }

    @Test func mistakesAreNamedInOneLine() async {
        let result = await #expect(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
            _ = Dropdown("model", [String]())
        }
        let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(said.contains("Dropdown \"model\": there are no options to choose from\n"))
    }

    // MARK: Boxes, outputs, interact

    @Test func aBoxTakesEverythingThatCanBeShown() {
        let slider = IntSlider(0...1)
        let messages = RecordingReader.messages {
            _ = VBox {
                slider
                SVG("<svg/>")
                HTML("<b>b</b>")
            }
        }
        #expect(messages.map { $0.state["_model_name"] } == ["OutputModel", "HTMLModel", "VBoxModel"])
        #expect(messages[0].state["outputs"]?.array?.first?["data"]?["image/svg+xml"] == "<svg/>")
        let children = [slider.model.id, messages[0].id, messages[1].id].map { JSONValue.string("IPY_MODEL_\($0)") }
        #expect(messages[2].state["children"] == .array(children))
    }

    @Test func anOutputTakesWhatAClosureSays() {
        let output = Output()
        let messages = RecordingReader.messages {
            output.capture { output.capture {} }
            output.show(SVG("<svg/>"))
        }
        #expect(messages.map { $0.state["msg_id"] ?? .null } == ["request-1", "", .null])
        #expect(output.model["outputs"].array?.count == 1)
    }

    @Test func anOutputIsLetGoAfterATrap() {
        let output = Output()
        struct Trap: Error {}
        let messages = RecordingReader.messages {
            try? output.capture { throw Trap() }
            Output.endCaptures()
        }
        #expect(messages.map { $0.state["msg_id"] ?? .null } == ["request-1", ""])
    }

    @Test func interactMakesThePictureAgainInPlace() throws {
        let temperature = Slider("t", 0.0...1.0, value: 0.5)
        let layer = Dropdown("layer", [0, 1])
        let first = RecordingReader.recording {
            interact(temperature, layer) { temperature, layer in SVG("<svg>\(temperature) \(layer)</svg>") }
        }
        #expect(first.shown.map(\.updates) == [false, false])
        #expect(first.shown[0].bundle.data["application/vnd.jupyter.widget-view+json"] != nil)
        #expect(first.shown[1].bundle.data["image/svg+xml"] == "<svg>0.5 0</svg>")
        let second = RecordingReader.recording {
            _ = OpenComms.receive(.change(temperature, ["value": 0.25]))
            _ = OpenComms.receive(.change(layer, ["index": 1]))
        }
        #expect(second.shown.map { $0.bundle.data["image/svg+xml"] } == ["<svg>0.25 0</svg>", "<svg>0.25 1</svg>"])
        #expect(second.shown.allSatisfy { $0.updates && $0.id == first.shown[1].id })
    }

    @Test func interactShowsAnErrorInPlaceOfThePicture() {
        struct Unfit: Error {}
        let number = IntSlider(0...3, value: 0)
        let reader = RecordingReader.recording {
            interact(number) { n -> Int in
                guard n < 2 else { throw Unfit() }
                return n
            }
            number.value = 2
            number.value = 1
        }
        #expect(reader.shown.dropFirst().map(\.bundle.plainText) == ["0", "Unfit: Unfit()", "1"])
    }
}
