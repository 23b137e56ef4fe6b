extension StoryPlots {
    /// Things that are made, baked, grown, given and traded.
    static let making: [String] = [
        """
        name: baking
        cast: q =hotword; h child; c oven; m grand; f child; n ~missing; d neighbor
        verbs: bake mix borrow share
        summary: {h} and {m} bake a {c}, borrow the {n} that is missing from {d}, and share the {c}.
        ---
        {>intro h} {~day}, {h} wanted to make a {c} with {m}. "[What do we need|What goes into a {c}]?" {h.he} {~asked}. "We need
        flour, butter and {n}," {~answered} {m}. They put on their aprons and washed their hands. But the jar with the {n} was
        empty! "{~ohno}," said {m}. "Without {?c:n} we cannot make it." {>moment}

        {h} had an idea. "I can ask {d}," {h.he} said. {h.He} {~went} next door and knocked. "Hello, {d}. {~please}, may we
        have some {?c:n}?" "Of course," {~said} {d}, and gave {h.him} a [small bag|cup full|little pot] of it. "Thank you!"
        said {h}. {!cause {d} gave {h} some {n} -> {h} and {m} could bake}

        Back in the kitchen, {h} mixed everything in a big bowl. [Some flour got on {h.his} nose, and {m} laughed.|{h.He}
        stirred until {h.his} arms were {~tired}.|{m} let {h.him} lick the spoon.] {m} put it in the oven, because it had
        to get {?r:q}. [They waited and waited.|{h} sat in front of the oven and watched.|They sang songs while they
        waited.] {~soon}, the whole house smelled sweet.

        The {c} was {c.adj}. {!hold h c}"Let's eat it all!" said {h}. Then {h.he} stopped. "No, wait. {d} helped us." So
        {h} took a big piece to {?c:d}. {h.His} friend {f} came by, and {f.he} got a piece, too. {!gone c}[It tasted even
        better that way.|Everyone was {~happy}.|"Sharing makes it sweeter," said {m}.] {>close h}
        """,
        """
        name: the seed
        cast: q =waterword; h child; m grand; v vegetable; x wild land; w ~impatient
        verbs: plant water wait grow
        features: MoralValue
        summary: {h} plants a seed with {m}, learns to wait, and at last has a {v}.
        ---
        {>intro h} {m} gave {h} a tiny seed. "What is it?" {h} {~asked}. "It will be a {v} one day," {~answered} {m}. "Plant it, give it
        water every day, and wait." {h} [dug a small hole in the garden|made a hole with {h.his} finger|took a little
        shovel] and put the seed into it. Then {h.he} poured water on it. {>moment}

        {~later}, {h} ran out to look. There was nothing. {h} watered the seed again. On the second day, there was still
        nothing. {h} was {w}. "[It does not work|The seed is asleep|Nothing will ever grow]!" {h.he} said. {m} [put an arm
        around {h.him}|{~smiled}|shook {m.his} head]. "[Good things take time|Seeds grow slowly|Be patient]," {m.he} said.
        {!cause a seed needs water and time -> nothing was there on the first days}

        So {h} waited. Every day {h.he} gave the seed some {?r:q}. The sun shone and the rain fell. One morning, there was
        a small green leaf! "{~wow}! {m}, come and see!" {~shouted} {h}. The plant grew [and grew|taller every day|up to
        {h.his} knee]. [Once a {x.kind} wanted to eat the leaves, but {h} put a little fence around the plant.|Once the
        wind bent it, and {h} tied it to a stick.|Once it got very hot, and {h} made some shade for it.]

        At the end of the summer, there was a big {v} on the plant. {!hold h v}{h} and {m} [picked it|carried it
        inside|washed it] and [cut it in two|made soup for everyone|tasted it]. It was the best {?c:v} that {h} ever had.
        "I am glad that I waited," {h} {~said}. {>close h}
        """,
        """
        name: trading
        cast: h child; f child; g child; a toy; b toy; c treasure; p town play
        verbs: trade want give swap
        summary: {h} trades a {c} for {f}'s {b} and then the {b} for {g}'s {a}, which {h} wanted most.
        ---
        {>intro h} {h} had a {c.full}. {!hold h c}{f} had a {b.full}. {!hold f b}{g} had a {a.full}. {!hold g a}The three children met
        {p.at} one {~weather} day. {!go h p}{!go f p}{!go g p}{h} looked at {g}'s {a}. [It was just what {h.he} had always
        wanted.|{h.He} wished {h.he} had one like that.] "{g}, will you swap your {a} for my {c}?" {h.he} {~asked}. {g} shook
        {g.his} head. "I don't want a {c}," {g.he} said. "I want a {b}." {>moment}

        {h} thought for a while. Who had a {b}? Then {h.he} went to {?c:f}. "{f}, will you give me your {b} if I give you my
        {?c:c}?" {f} looked at the {c}. It was so {c.adj}! "Yes," {~said} {f}. {!hold f c}{!hold h b}So {f} took the {?c:c},
        and {h} took the {?c:b}. {!cause {g} wanted a {b} -> {h} first traded with {f}}

        Now {h} ran back to {g}. "Here is a {b}! Will you swap now?" {g} {~smiled}. "Yes, please," {g.he} said. {!hold g b}
        {!hold h a}{g} took the {?c:b}, and {h} got the {?c:a} at last.

        [Everyone was {~happy}.|All three of them were {~happy}.] {f} [looked at|played with|showed everyone] the {?c:c}, {g}
        [played with|hugged|ran around with] the {?c:b}, and {h} [would not let go of|went home with|danced with] the
        {?c:a}. "[It pays to ask nicely|One swap can make three children smile|Thinking helps]," said {h}. {>close h}
        """,
        """
        name: the present
        cast: k =cardword; h child; m adult; t dish/treasure; v toy; n ~number; f child
        verbs: make paint give draw
        summary: {h} has no money for a present for {m} and makes one instead.
        ---
        {>intro h} It was nearly {m}'s birthday. {h} wanted to give {m.him} a {t.full}. {h.He} opened {h.his} piggy bank and counted.
        There were only {n} coins. {h} went to the shop, but the {t} cost [much more|twenty coins|a lot of money]. "I don't
        have enough," {h} said, and {h.he} felt {~sad}. {!cause {h} had only {?c:n} coins -> {h} could not buy the {t}} {>moment}

        On the way home, {h} met {f}. "What is wrong?" {~asked} {f}. {h} told {f.him} about the {?c:t} and {m}'s birthday.
        "You can make something," {~said} {f}. "[My mom likes things that I made|That is better than buying|Everybody likes
        that]." {h} thought about it. "You are right, {?c:f}!"

        {h} took paper, [crayons|paint and a brush|colored pencils] and glue. {h.He} [worked all afternoon|drew and cut and
        glued|did not even stop to play]. {h.He} made a big card with [hearts and flowers|a picture of {m}|a house, a tree
        and {~sky}] on it. [Once the paint spilled, but {h} turned the spot into a sun.|Once the paper ripped, but {h} fixed
        it with tape.|It took a long time, but {h} did not give up.]

        On the birthday, {h} gave the card to {?c:m}. {!hold m k}{m} looked at it for a long time. "Did you make this
        yourself?" {m.he} {~asked}. "Yes," said {h}. "I wanted to buy you a {?c:t}, but I had no money." {m} hugged
        {h.him}. "This is [the best present|much better than any {t}|the nicest card in the world]," {m.he} said. {h} was
        very {~happy}. [A present from the heart costs nothing.|And {h} knew that love cannot be bought.|] {>close h}
        """,
        """
        name: selling lemonade
        cast: e =emptyword; h child; f child; t toy; p town; m parent; n ~number; l ~drink
        verbs: sell buy save pay
        summary: {h} and {f} sell {l} to earn money for a {t}.
        ---
        {>intro h} {h} wanted a {t.full}, but {h.he} had no money. "[You can earn some|Why don't you sell something|You could work for
        it]," {~said} {h.his} {m.kind}. So {h} and {h.his} friend {f} made {l}. They put a table {p.at} and painted a sign.
        {!go h p}{!go f p}"{l} for one coin!" said the sign. {>moment}

        [It was a hot day|The sun was burning|Everyone was thirsty], and many people stopped. [A man with a big hat bought
        the first cup.|A tall woman with a dog bought the first cup.|The mailman bought the first cup.] "Mmm, this is good
        {?c:l}," people said. [But then a cup fell over, and the table was all wet. {f} quickly wiped it up.|But
        then a bee came and wanted some, too. {h} made a tiny bowl for it far away from the table.|But then the cups were
        all used. {f} ran home to wash them.] {!cause it was hot -> many people were thirsty}

        In the evening, the jug was {?r:e}. {h} and {f} counted their money. There were {n} coins for each of them!
        "That's enough for the {?c:t}!" {~shouted} {h}. {h.He} {~went} to the shop and paid. {!hold h t}"And what will
        you do with your money, {?c:f}?" {h.he} {~asked}. "I will save it," {~answered} {f}.

        {h} carried the {t} home. [It felt different from other toys|It was the best toy of all], because {h.he} had
        worked for it. [And of course {f} was allowed to play with it, too.|{m} was proud of {h.him}.|{h.He} took good
        care of it.] {>close h}
        """,
        """
        name: the right tool
        cast: h child; m adult; i trouble; l tool of i; u use of i; y why of i; f child
        verbs: help try fix think
        summary: {h} has trouble with a {i.kind}, and a {l} from {m} helps.
        ---
        {>intro h} {~day}, {h} [came upon a problem|had a problem|wanted to help {m}]. There was a {i.kind}, and {y}. {h} tried with
        {h.his} bare hands, but [it did not work|nothing happened|it only got worse]. {h.He} tried [again and again|a second
        time|as hard as {h.he} could]. "I can't do it," {h.he} said, and {h.he} was {~sad}. {>moment}

        {f} came by and looked. "What about [a spoon|a pillow|a sock|a leaf]?" {f.he} {~asked}. They tried it, and it did
        not help at all. [They both had to laugh.|It looked very silly.|"That was not a good idea," said {f}.] "[Let's ask
        somebody who knows|We need help|Let's think]," {~said} {h}. So they {~went} to {m}.

        {m} listened. "There is a {i.kind}, and {y}," {h} told {m.him}. "What do we need?" {m} thought for a moment. "You
        need the {?r:l}," {m.he} {~said}. {!hold h l}{m.He} gave it to {h}. {h} and {f} hurried back. {h} took the {?c:l}
        and {u}. It worked! {!cause {y} -> {h} needed the {l}}

        "{~wow}!" {~shouted} {f}. "With the right tool it is easy." {h} {~smiled}. {h.He} [brought the {?c:l} back to
        {?c:m}|cleaned the {?c:l} and gave it back to {?c:m}] {!hold m l}and said thank you. [From then on, {h} always
        thought first and worked then.|"Next time I will ask sooner," {h.he} said.|{m} was very proud of them.] {>close h}
        """,
    ]
}
