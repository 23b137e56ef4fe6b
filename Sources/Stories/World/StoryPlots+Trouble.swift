extension StoryPlots {
    /// Things that break, spill, hurt and frighten, and how they end.
    static let trouble: [String] = [
        """
        name: broken
        cast: v =truthword; s =sharpword; h child; d dish; m family; t rolls; p indoor home; x pet named
        verbs: break tell hide sweep
        features: MoralValue
        summary: {h} breaks {m}'s {d} with a {t}, wants to hide it, and tells the truth.
        ---
        {>intro h} {m} had a {d.full}. [It had come from far away.|It was older than {h}.|{m} had got it from {m.his} own mother.]
        It stood {p.at}. "Do not play with the {t} in here," {m} always said. {!feature Foreshadowing}But {~oneday}, it was
        raining outside, and {h} [was bored|wanted to play|forgot what {m} had said]. {!go h p}{h.He} threw the {t} up and
        caught it. {!hold h t}Up and down, up and down. Then the {t} flew too far. Crash! {!cause {h} played with the {?c:t}
        inside -> the {d} broke}{!gone d} {>moment}

        The {d} was in [a hundred|many|three] pieces. {h}'s heart beat fast. [#k "I can hide the pieces," {h.he} thought.|"I
        can say that {x} did it," {h.he} thought.] {x} the {x.kind} looked at {h.him} with big eyes and {?f:x.sound}. [#k
        {h} put the pieces under the rug.|"You did it, {x}," {h.he} whispered.] But {h} did not feel good. [{h.His} tummy
        hurt.|{h.He} could not eat.|{h.He} could not look at {m}.]

        {~evening}, {h} went to {m}. "I have to tell you something," {h.he} said. "I broke your {?c:d}. [#k I hid the
        pieces|I wanted to say that {?c:x} did it]. I am sorry." {m} was quiet for a moment. "[I am sad about the {d}|I
        liked that {d} very much]," {m.he} said, "but I am glad that you told me the {?r:v}. That was brave."

        Together they swept up the pieces. {h} was very careful, because they were {?r:s}. {~later}, {h} and {m} [bought a
        new {d}|made a new {d} out of clay|glued it together, and it had lines like a map]. And the {?c:t} stayed outside
        from then on. {>close h}
        """,
        """
        name: the storm
        cast: l =loudword; a =awayword; q =stormword; h child; m adult; t soft; b ~sweetdream; f child
        verbs: hide hear hold sleep
        summary: {h} is afraid of the thunder, and {m} shows {h.him} how to count until it is far away.
        ---
        {>intro h} It was night. {h} lay in bed with {h.his} {t}. {!hold h t}[Rain was falling on the roof.|Dark clouds hid the moon.|
        The wind was howling around the house.] Suddenly there was a bright flash, and then, boom! {h} was {~scared}. {h.He}
        [pulled the blanket over {h.his} head|hugged the {?c:t} as hard as {h.he} could|jumped out of bed].

        "{m}!" {~shouted} {h}. {m} came in and sat down on the bed. "It is only thunder," {~said} {m}. "It [cannot hurt you
        in here|is loud, but it is far away]." "But it is so {?r:l}!" said {h}. "I will show you a trick," said {m}. "When you
        see the flash, you count. If you can count to [five|six|seven], the storm is not here. If you can count further each
        time, it is going {?r:a}." {!cause light is faster than sound -> the thunder comes after the flash}

        There was another flash. "One, two, three, four," {h} counted. Boom! The next time {h.he} came to eight. Then to
        twelve. "It is going away!" {~said} {h}. [{h.He} peeked out of the window.|{h.He} was not so {~scared} any more.|
        {h.His} heart beat slower.] The rain [became soft|sang on the window|made the whole world clean].

        "[Good night, storm|Go and visit somebody else]," said {h}. {m} kissed {h.him} and turned off the light. {h} held
        {h.his} {?c:t} and dreamed of {b}. {~later}, {h.he} told {f} at school about the {?r:q}. "I can teach you how to
        count it," {h.he} said to {?c:f}. {>close h}
        """,
        """
        name: the warning
        cast: g =bandageword; d =dangerousword; h child; m adult; w ~danger; p outdoor; b ~bodypart; f child
        verbs: climb fall listen run
        features: MoralValue Conflict
        summary: {m} tells {h} not to {w}, {h} does it anyway, and gets hurt.
        ---
        {>intro h} "{h}, do not {w}," said {m}. "[It is not safe|You could get hurt|Wait until I am with you]." {!feature Foreshadowing}
        {h} and {f} were playing {p.at}. {!go h p}{!go f p}{h} [did not like rules|felt very brave that day|wanted to show
        how big {h.he} was]. "I am going to {?c:w}," {h.he} said. "But your {m.kind} said no!" {~said} {f}. "[Nobody will
        see|I am not a baby|Just this once]," {~said} {h}, and {h.he} did it. {>moment}

        At first it was fun. {h} [laughed and waved|felt like a king|shouted with joy]. But then {h.he} slipped and fell.
        "Ouch!" {h.His} {b} was bleeding. {!cause {h} did not listen to {m} -> {h} hurt {h.his} {b}}{h} cried. {f} ran as
        fast as {f.he} could. "{m}, come quickly! {?c:h} is hurt!" {f.he} {~shouted}.

        {m} came and [looked at the {?c:b}|washed the {?c:b} with clean water|carried {h} home]. {m.He} put a {?r:g} on it.
        "It hurts," {h} cried. "I know," {~said} {m}. "[Why did you do it|What did I tell you]?" {h} looked down. "You told
        me not to {?c:w}. I did not listen. I am sorry."

        {m} was not {~angry}. {m.He} [gave {h} a hug|dried {h.his} tears|told {h.him} about the time when {m.he} did the
        same thing]. [It took a week until the {b} was well again.|For three days, {h} could not run.] "And thank you,
        {?c:f}, for getting help," said {h}. After that, {h} listened when {m} said that something was {?r:d}. {>close h}
        """,
        """
        name: rainy picnic
        cast: w =wetword; h child; f child; p outdoor; q indoor home; c baked; d fruit; m parent; t toy
        verbs: rain pack eat laugh
        features: Twist
        summary: {h} and {f} want to have a picnic {p.at}, it rains, and they have it {q.at} instead.
        ---
        {>intro h} {h} and {f} wanted to have a picnic {p.at}. They packed a {c}, a {d} and [two cups|a blanket|a bottle of juice] in a
        basket. {!hold h c}{h} carried the {c}, and {f} carried the {?c:d}. {!hold f d}"[Look at the dark clouds|I think it
        will rain]," {~said} {m}. {!feature Foreshadowing}But the children did not listen. They {~went} {p.to}. {!go h p}
        {!go f p} {>moment}

        They had just sat down when a drop fell on {h}'s nose. Then came another drop, and another. {~soon}, it was pouring.
        "{~ohno}!" {~shouted} {f}. "We are getting {?r:w}!" They [put everything back into the basket|held the blanket over
        their heads|grabbed the food] and ran home. {!cause it rained -> the picnic {p.at} was over}{!go h q}{!go f q}Their
        hair was dripping and their shoes were full of water.

        {m} gave them dry clothes and [warm towels|hot tea|thick socks]. {h} looked out of the window. "Our picnic is over,"
        {h.he} said and felt {~sad}. {f} looked around {q.at}. "[Why? We have a floor, and we have food|Who says that a
        picnic must be outside|I have an idea]," {f.he} {~said}. They put the blanket on the floor {?c:q.at} and set up the
        {t} beside it.

        So they had their picnic {q.at}. {h} shared the {?c:c}, and {f} shared the {?c:d}. {!gone c}{!gone d}[The rain made
        music on the roof.|They pretended that the lamp was the sun.|{m} came too and told them a funny story.] "This is the
        best picnic ever," said {h}, and they both {~smiled}. {>close h}
        """,
        """
        name: the first day
        cast: u =upword; h child; m parent; v ~skill; f child; p outdoor; b ~bodypart
        verbs: try fall learn practice
        features: MoralValue
        summary: {h} wants to learn to {v}, fails at first, and does not give up.
        ---
        {>intro h} {h} wanted to learn to {v}. All {h.his} friends could do it, even {f}. {~day}, {h} went {p.to} with {m}. {!go h p}
        {!go m p}"Will you show me?" {h} {~asked}. "[Of course|Let's start slowly|I will]," {~answered} {m}. {h} tried it. It did
        not work. {h.He} tried it again and [fell on {h.his} {b}|lost {h.his} balance|got all mixed up]. "I will never learn
        to {?c:v}," {h} said and {h.he} wanted to go home. {>moment}

        {m} sat down beside {h.him}. "When you were a baby, you could not walk," {m.he} said. "You fell down [a hundred
        times|again and again|every day]. But you always got up." "Really?" {~asked} {h}. "Really," said {m}. {h} wiped
        {h.his} nose. [Then {h.he} stood up.|"Then I will try again," {h.he} said.|{h.He} took a deep breath.]

        Every day, {h} practiced. On Monday it did not work. On Tuesday it nearly worked. On Wednesday {h} [counted to three
        and was very calm|closed {h.his} eyes for a second|thought of nothing else], and then it worked! "Look, {m}! I can
        {?c:v}!" {h.he} {~shouted}. {!cause {h} practiced every day -> {h} learned to {v}}{m} [clapped|danced|lifted {h.him}
        up high].

        {~later}, {f} came {p.to}, too. {!go f p}"You learned it!" {~said} {?c:f}. "How did you do that?" {h} {~smiled}. "I
        fell down, and I got {?r:u}," {h.he} said. "That is the whole secret." {>close h}
        """,
        """
        name: the lost child
        cast: h child; m parent; p town; c ~color; t cloth; g neighbor; s spots of p
        verbs: lose look cry find
        summary: {h} loses {m} {p.at}, stays where {h.he} is, and is found again.
        ---
        {>intro h} {h} and {m} were {p.at}. {!go h p}{!go m p}There were so many people! {m} wore a {c} hat. "Stay close to me," said
        {m}. "And if you lose me, stay where you are." {!feature Foreshadowing}But {h} saw [a man with ten balloons|a puppy
        in a basket|a clown with a funny nose] and stopped to look. When {h.he} turned around, {m} was gone! {!cause {h}
        stopped to look -> {h} lost {m}} {>moment}

        {h} was {~scared}. {h.He} wanted to run. Then {h.he} remembered what {?c:m} had said. "I must stay where I am,"
        {h.he} thought. {h.He} stood {s} and waited. [Big legs walked past {h.him}.|{h.He} held {h.his} {t} tightly.|{h.He}
        counted the people with hats.] A tear came, but {h} was brave.

        {~suddenly}, {g} came by. "Hello, {h}! Are you alone?" {~asked} {g}. "I lost {?c:m}," {~answered} {h}. "{m.He} has a {?c:c}
        hat." {g} was tall and could see [over all the heads|very far]. "I see a {c} hat!" {~said} {g}. "{m}! {?c:h} is here,
        {?c:s}!" {g.he} {~shouted}.

        {m} came running and took {h} in {m.his} arms. "I was so {~scared}," said {m}. "I was, too," said {h}. "But I stayed
        where I was." "That was just right," {~said} {m}. [They thanked {?c:g} and went home, hand in hand.|They gave {?c:g} a
        big piece of cake, and then they went home.] And {h} held {m}'s hand all the way. {>close h}
        """,
    ]
}
