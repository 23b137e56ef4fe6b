extension StoryPlots {
    /// Things that get lost, hidden, carried off and found again.
    static let lostAndFound: [String] = [
        """
        name: lost toy
        cast: h child; t toy; p outdoor play; s spots of p; w spots of p; f child; m parent
        verbs: look find play search help
        summary: {h} loses a {t.full} {p.at}, and {f} helps to find it {s}.
        ---
        {>intro h} [{~day}, {h} took {h.his} {t.full} {p.to}.|{h} had a {t.full}. {~day}, {h.he} took it {p.to}.|What {h} {~liked}
        most was {h.his} {t.full}. {~day}, {h.he} carried it {p.to}.] {!go h p}{!hold h t}[The sky was blue and the birds were singing.|It was a {~weather}
        day.|Nobody else was there yet.|{h.He} hummed a little song on the way.] {h} [played for a long time|ran and
        jumped and rolled on the ground|picked flowers and made a crown]. {!put t s}But when it was time to go home, the
        {t} was gone! {>moment}

        "{~ohno}! Where is my {?c:t}?" {~shouted} {h}. {h.He} felt {~sad}. {h.He} {~looked} {w}, but the {t} was not
        there. [A tear ran down {h.his} cheek.|{h.He} sat down and did not know what to do.|{h.He} wanted to give up.]

        {~suddenly}, {f} came along. {!go f p}"Why are you so {~sad}?" {f.he} {~asked}. "I lost my {t.full}," {~answered} {h}.
        "[Don't worry|Don't cry|We can do it], I will help you," {~said} {f}. [The two children looked everywhere.|They
        looked high and low.|They searched together, step by step.] {~soon}, {f} looked {s}. "Come here, {?c:h}!"
        {f.he} {~shouted}. There was the {t.full}, {s}!

        {!hold h t}{!cause {h} played and did not watch the {t} -> the {t} lay {s}}"Thank you, {?c:f}!" said {h}. {h.He}
        {~hugged} {f.him}. Then they played with the {t} [together until the sun went down|and took turns|and laughed all
        the way home]. {~evening}, {h} told {m} how {f} had found the {?c:t} {?c:s}. "[It is good to have a friend|Good
        friends help each other|You were lucky]," {~said} {m}, and {h} {~smiled}. {>close h}
        """,
        """
        name: two hiding places
        cast: h child; t toy; u treasure; p home; a spots of p; b spots of p; x pet
        verbs: hide put remember open
        summary: {h} hides a {t} and a {u} in two places, forgets, and remembers where they are.
        ---
        {>intro h} {h} had two [secret|special] things: a {t.full} and a {u.full}. {~day}, {h} wanted to hide them {p.at} so that
        {h.his} [little brother|baby sister|cousin] would not find them. {!go h p}First, {h.he} put the {t} {a}. {!put t a}
        Then {h.he} put the {u} {b}. {!put u b}"The {t} is {a}, and the {u} is {b}," {h.he} [said to {h.self}|whispered|
        sang softly]. "I must not forget." {>moment}

        [Days went by.|It rained for a whole week, and {h} played other games.|{h} went to visit {h.his} grandma for a few
        days.] {~later}, {h} wanted to [show the {t} to a friend|play with the {t}|have the {t} again]. [Where was it?
        {h.He} thought hard.|{h.He} closed {h.his} eyes and thought.|For a moment {h.he} could not remember.] Then {h.he}
        knew! {h.He} ran to look {?c:a}. There was the {?c:t}! {!hold h t}

        "And now the {u}," said {h}. {h.He} looked {?c:b}. But [#k the {u} was not alone.|something moved
        there.] [#k A {x.kind} was sleeping on top of it!|It was only the {x.kind}, who had found a warm place to sleep!]
        {h} [laughed|giggled] out loud. The {x.kind} {x.sound} and [rolled over|opened one eye|stretched its legs].
        {!hold h u}{h} took the {u} very {~well}, so that the {x.kind} could go on sleeping.

        [From then on, {h} kept both things in one place.|"Next time I will draw a map," {h} said.|"I am good at
        remembering," {h} thought, and {h.he} felt {~happy}.] {>close h}
        """,
        """
        name: the wind
        cast: c =climbing; h child; t windy; p outdoor; x climber named; m parent
        verbs: blow climb catch hold
        summary: The wind carries {h}'s {t} up into a tree, and a {x.kind} named {x} climbs up to get it.
        ---
        {>intro h} [It was a windy day. {h} and {m} were {p.at}.|{~day}, {h} went {p.to} with {h.his} {m.kind}. The wind was
        strong.|The trees were dancing in the wind when {h} came {p.to} with {h.his} {m.kind}.] {!go h p}{!go m p}{h} had a
        {t.full}. {!hold h t}"Hold on to it [tightly|with both hands]," {~said} {m}. "The wind [is strong today|likes to
        take things]." But {h} [let go for just one second|wanted to wave to a friend|was looking at {~sky}].
        {!feature Foreshadowing} {>moment}

        Whoosh! The wind took the {t} and carried it [up, up, up|high into the air|over the bushes]. {!cause the wind was
        strong and {h} let go -> the {t} flew into a tree}It [landed|got stuck] [at the top|on the highest branch] of a
        tall tree. {h} [jumped|reached up|stood on {h.his} toes], but {h.he} was too small. {m} was too small, too. {h}
        began to cry. "My {?c:t} is gone!"

        A {x.adj} {x.kind} named {x} [was watching from a branch|heard {h} cry|came running along the fence]. "I can help
        you," {~said} {x}. "I am very good at {?r:c}." {x} climbed from branch to branch [like a dancer|without any
        fear|higher and higher]. {x.He} took the {t} in {x.his} mouth and came down again. {!hold h t}

        "Thank you, {?c:x}!" {~said} {h}. [{h.He} gave {x.him} some {?f:x.food}.|"What would you like to eat?" {h.he}
        asked. "Some {?f:x.food}, please," said {x}.] {x} {x.sound} and {~smiled}. And this time {h} held the {t} with
        both hands all the way home. {>close h}
        """,
        """
        name: hide and seek
        cast: h child; f child; g child; p outdoor/home; a spots of p; b spots of p
        verbs: hide count seek find
        summary: {h}, {f} and {g} play hide and seek {p.at}, and {h} finds both of them.
        ---
        {>intro h} {h}, {f} and {g} [were best friends|lived on the same street|went to the same school]. {~day}, they played hide
        and seek {p.at}. {!go h p}{!go f p}{!go g p}"I will count," said {h}. {h.He} [closed {h.his} eyes|put {h.his} hands
        over {h.his} eyes|turned to the wall] and counted to [ten|twenty]. {>moment}

        {f} hid {a}. {g} hid {b}. [They were as quiet as mice.|They tried not to giggle.|They held their breath.]
        "[Ready or not, here I come|I am coming now]!" {~shouted} {?c:h}. {h.He} {~looked} here and there. [At first
        {h.he} found nobody.|A bird flew up, but there was nobody.|{h.He} saw only leaves and shadows.] {~suddenly}, [#k
        somebody sneezed|somebody laughed|a shoe was showing]. {h} ran to look {a}. "I found you, {?c:f}!" {h.he}
        {~shouted}. {!cause {f} [#k sneezed|laughed|did not hide the shoe] -> {h} found {f}}

        Now only {?c:g} was still hiding. {f} did not tell where. {h} looked and looked. [At last {h.he} saw a bit of
        hair.|Then {h.he} heard a tiny noise.|Then {h.he} had an idea and tiptoed around.] "There you are, {?c:g}!" said
        {h}. {g} was {b}!

        "[That was fun|What a good hiding place|You are a good finder]!" {~said} {g}. "Now it is [#n {f}'s|{g}'s] turn to
        count." So [#n {f}|{g}] closed [#n {f.his}|{g.his}] eyes, and the other two ran away to hide. They played until
        [it was dark|{h}'s mom called them for dinner|they were too {~tired} to run]. {>close h}
        """,
        """
        name: the treasure map
        cast: k =keyword; h child; f child; p outdoor; s spots of p; t treasure; g grand
        verbs: dig open follow find
        summary: {h} and {f} follow an old map {p.to} and find a box with a {t} in it.
        ---
        {>intro h} {~day}, {h} found an old map in {g}'s [attic|desk|big book]. There was a red cross on it. "[Is it a treasure
        map|Is this the map of a pirate]?" {h} {~asked}. {g} {~smiled} and said, "[Go and see|Maybe it is. Take a friend
        with you|When I was little, I hid something there]." {>moment}

        So {h} called {h.his} friend {f}, and they followed the map {p.to}. {!go h p}{!go f p}"[Ten steps to the
        left|Twenty steps from the path|Walk to the biggest rock]," {h} read. "Then look {s}." They [dug with their
        hands|pushed the leaves away|looked very carefully]. {~soon}, {f} felt something hard {?c:s}. It was a little box!
        But the box was locked.

        "[We need a key|We cannot open it]," said {f}. {h} thought. {h.He} turned the map over. [A small key was stuck to
        the back!|There, under a piece of tape, was a tiny key!] {h} put the {?r:k} into the lock. Click! {!cause the key
        fit the lock -> the box opened}In the box lay a {t.full} and a letter. {!hold h t}The letter said: "For the one who
        finds this. With love, {?c:g}."

        {h} and {f} ran back. "Did you hide the {t}, {g}?" {h} {~asked}. "Yes," {~answered} {g}, "[many years ago|when I was
        as old as you]. Now it is yours." {h} [was so {~happy} that {h.he} danced|{~hugged} {g}]. And because {f} had
        helped, {h} let {?c:f} have the {t} [every second day|on Sundays|whenever {f.he} came to play]. {>close h}
        """,
        """
        name: who took it
        cast: h child; c baked; m grand; x pet named; f child; d ~color
        verbs: bake follow ask eat
        features: Twist
        summary: {m}'s {c} is gone, {h} thinks that {f} took it, but it was {x} the {x.kind}.
        ---
        {>intro h} {m} had made a {c.full} for {h}. {m.He} put it [by the open window|on the kitchen table|on a {d} plate] to cool.
        But when {h} came [home from school|in from the garden|down the stairs], the {c} was gone! [Only a few crumbs were
        left.|Only the empty plate was there.] {>moment}

        "Who took my {?c:c}?" {~shouted} {h}. {h.He} was {~angry}. "I think it was {f}. {f.He} was here this morning." {h}
        went to {f}'s house. "Did you take my {c}?" {h.he} {~asked}. "No, I did not," {~answered} {f}, and {f.he} looked
        {~sad}. "But I will help you find out who did." {!feature Conflict}

        The two friends looked for clues. [On the floor they saw small prints.|There was a trail of crumbs on the
        floor.|They saw a wet nose print on the glass.] They followed them [out of the door and around the house|down the
        hall|behind the sofa]. And there was {x} the {x.kind}, with [crumbs on {x.his} nose|a very full tummy|sugar on
        {x.his} whiskers]! {!gone c}{!cause {x} was hungry -> {x} ate the {c}}"It was {?c:x} who ate it!" {~said} {h}.
        {x} {?f:x.sound} and [hid under the table|looked at the floor|licked {x.his} paws].

        {h} turned to {f}. "I am sorry that I said it was you," {h.he} said. "[I should have asked first.|I was wrong.]"
        "That's all right," said {?c:f}. {m} [made another {c}|laughed and mixed some more dough|had one more in the
        oven], and this time {h} and {f} ate it together. {x} got some {?f:x.food} [in {x.his} own bowl|instead]. {>close h}
        """,
    ]
}
